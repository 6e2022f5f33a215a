import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Photo } from "./photo.ts";
import { moveCorner, type Quad } from "./quad.ts";
import "./crop.css";

interface EditorProps {
  photo: Photo;
  /** The squares in the picture; the current one has handles. */
  quads: readonly Quad[];
  current: number;
  onChange: (quad: Quad) => void;
  onChoose: (index: number) => void;
}

const names = ["Top left", "Top right", "Bottom right", "Bottom left"] as const;
const arrows: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** How far an arrow key moves a corner, as a fraction of the picture; the second with Shift. */
const nudge = 0.001;
const push = 0.01;

/** The photograph with the corners of the square on it, to be moved by finger, mouse or arrow keys. */
export function CornersEditor({ photo, quads, current, onChange, onChoose }: EditorProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<number>();
  const quad = quads[current];
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.drawImage(photo.bitmap, 0, 0, context.canvas.width, context.canvas.height);
  }, [photo]);
  if (quad === undefined) return null;

  function drag(event: PointerEvent, index: number): void {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || dragged !== index || quad === undefined) return;
    onChange(moveCorner(quad, index, [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]));
  }
  function key(event: KeyboardEvent, index: number): void {
    const arrow = arrows[event.key];
    if (arrow === undefined || quad === undefined) return;
    event.preventDefault();
    const by = event.shiftKey ? push : nudge;
    const [x, y] = quad[index] ?? [0, 0];
    onChange(moveCorner(quad, index, [x + arrow[0] * by, y + arrow[1] * by]));
  }
  const long = Math.min(1600, Math.max(photo.width, photo.height));
  const scale = long / Math.max(photo.width, photo.height);
  return (
    <div class="corners" ref={frame}>
      <canvas
        ref={canvas}
        width={Math.round(photo.width * scale)}
        height={Math.round(photo.height * scale)}
        role="img"
        aria-label={`Photo ${photo.name}`}
      />
      <svg class="corners-lines" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        {quads.map((one, index) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the numbered buttons below choose by keyboard
          <polygon
            key={`${index}-${quads.length}`}
            class={index === current ? "quad quad-current" : "quad"}
            points={one.map((corner) => corner.join(",")).join(" ")}
            onClick={() => onChoose(index)}
          />
        ))}
      </svg>
      {quad.map(([x, y], index) => (
        <Handle
          key={names[index]}
          name={names[index] ?? ""}
          x={x}
          y={y}
          onKeyDown={(event) => key(event, index)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setDragged(index);
          }}
          onPointerMove={(event) => drag(event, index)}
          onPointerUp={() => setDragged(undefined)}
          onPointerCancel={() => setDragged(undefined)}
        />
      ))}
      {dragged !== undefined && <Loupe photo={photo} at={quad[dragged] ?? [0, 0]} />}
    </div>
  );
}

interface HandleProps {
  name: string;
  x: number;
  y: number;
  onKeyDown: (event: KeyboardEvent) => void;
  onPointerDown: (event: PointerEvent & { currentTarget: HTMLElement }) => void;
  onPointerMove: (event: PointerEvent) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
}

function Handle({ name, x, y, ...events }: HandleProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    button.current?.style.setProperty("left", `${x * 100}%`);
    button.current?.style.setProperty("top", `${y * 100}%`);
  }, [x, y]);
  return (
    <button
      ref={button}
      type="button"
      class="corner"
      aria-label={`${name} corner, ${Math.round(x * 100)} % across, ${Math.round(y * 100)} % down. Arrow keys move it.`}
      {...events}
    />
  );
}

const loupeSide = 132;
/** Pixels of the photograph that the loupe shows. */
const loupeSees = 90;

/** Enlarges what the finger hides, at the other side of the picture. */
function Loupe({ photo, at: [x, y] }: { photo: Photo; at: readonly [number, number] }) {
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
