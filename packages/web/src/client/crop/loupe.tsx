import { useEffect, useRef } from "preact/hooks";
import type { Photo } from "./photo.ts";
import type { Place } from "./quad.ts";

const loupeSide = 132;
/** Pixels of the photograph that the loupe shows. */
const loupeSees = 90;

/** Enlarges what the finger hides, at the other side of the picture. */
export function Loupe({ photo, at: [x, y] }: { photo: Photo; at: Place }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const from = [x * photo.width - loupeSees / 2, y * photo.height - loupeSees / 2] as const;
    context.fillRect(0, 0, loupeSide, loupeSide);
    context.imageSmoothingEnabled = false;
    context.drawImage(photo.bitmap, from[0], from[1], loupeSees, loupeSees, 0, 0, loupeSide, loupeSide);
    context.strokeStyle = "#fff";
    context.beginPath();
    context.moveTo(loupeSide / 2, 0);
    context.lineTo(loupeSide / 2, loupeSide);
    context.moveTo(0, loupeSide / 2);
    context.lineTo(loupeSide, loupeSide / 2);
    context.stroke();
  }, [photo, x, y]);
  return (
    <div class={y < 0.5 && x < 0.5 ? "loupe loupe-right" : "loupe"} aria-hidden="true">
      <canvas ref={canvas} width={loupeSide} height={loupeSide} />
    </div>
  );
}
