import { useEffect, useRef } from "preact/hooks";
import type { Photo } from "./photo.ts";
import { cornersOf, type Place, type Quad } from "./quad.ts";
import { straighten } from "./scanner.ts";

interface StraightProps {
  photo: Photo;
  quad: Quad;
  /** A white or grey point of the paper, if the artist chose one. */
  grey?: Place | undefined;
}

const side = 360;

/** A preview of the square. The full-size crop is made from the original, with the same corners. */
export function Straight({ photo, quad, grey }: StraightProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const wanted = useRef<StraightProps | undefined>(undefined);
  const isDrawing = useRef(false);
  useEffect(() => {
    wanted.current = { photo, quad, grey };
    if (!isDrawing.current) void draw();
  }, [photo, quad, grey]);

  /** Draws what is wanted last: a finger moves faster than a picture is straightened. */
  async function draw(): Promise<void> {
    isDrawing.current = true;
    for (let next = wanted.current; next !== undefined; next = wanted.current) {
      wanted.current = undefined;
      const { copy } = next.photo;
      const point = next.grey && { x: next.grey[0] * copy.width, y: next.grey[1] * copy.height };
      const image = await straighten(copy, { corners: cornersOf(next.quad, copy), side, grey: point }).catch(
        () => undefined,
      );
      if (image) canvas.current?.getContext("2d")?.putImageData(image, 0, 0);
    }
    isDrawing.current = false;
  }
  return (
    <figure class="straight">
      <canvas ref={canvas} width={side} height={side} role="img" aria-label="The square, straightened" />
      <figcaption class="quiet">As it will be posted</figcaption>
    </figure>
  );
}
