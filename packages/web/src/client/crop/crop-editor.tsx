import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { Handle } from "./handle.tsx";
import { Loupe } from "./loupe.tsx";
import type { Photo } from "./photo.ts";
import {
  isUpright,
  moveCorner,
  moveQuad,
  type Place,
  type Quad,
  resizeSquare,
  topLeftOf,
  turned,
  uprightOf,
} from "./quad.ts";
import "./crop.css";

interface EditedSquare {
  quad: Quad;
  sure: boolean;
  /** Stands where nothing was found; a tap in it is a tap on the picture. */
  isPlaceholder?: boolean;
}

interface EditorProps {
  photo: Photo;
  /** The squares in the picture; the current one has handles. One that is not sure is drawn dashed. */
  squares: readonly EditedSquare[];
  current: number;
  /** What the current square is reset to. */
  original: Quad;
  onChange: (quad: Quad) => void;
  onChoose?: (index: number) => void;
  /** A place was tapped that is in no square. */
  onTap?: (at: Place) => void;
  /** Lies over the picture. */
  children?: ComponentChildren;
}

const names = ["Top left", "Top right", "Bottom right", "Bottom left"] as const;
/** Stands for the whole frame among the corners. */
const whole = 4;
const arrows: Record<string, Place> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** How far an arrow key moves a corner, as a fraction of the picture; the second with Shift. */
const nudge = 0.001;
const push = 0.01;
/** Pixels that a finger moves in a tap. */
const tapReach = 6;

interface Drag {
  index: number;
  from: Place;
  quad: Quad;
}

/**
 * The photograph with the frame of the square on it, to be moved by finger, mouse or arrow keys. It is as large as the room that is
 * left; see crop.css.
 */
export function CropEditor({ photo, squares, current, original, onChange, onChoose, onTap, children }: EditorProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag>();
  const [wantsLock, setWantsLock] = useState(true);
  const moved = useRef(false);
  const { quad, isPlaceholder } = squares[current] ?? {};
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.drawImage(photo.bitmap, 0, 0, context.canvas.width, context.canvas.height);
    frame.current?.style.setProperty("--ratio", String(photo.width / photo.height));
  }, [photo]);
  if (quad === undefined) return null;

  const isLocked = wantsLock && isUpright(quad, photo);
  const placed = (from: Quad, index: number, [x, y]: Place): Quad => {
    if (index === whole) return moveQuad(from, [x, y]);
    const [left, top] = from[index] as Place;
    const to: Place = [left + x, top + y];
    return isLocked ? resizeSquare(from, index, to, photo) : moveCorner(from, index, to);
  };
  const placeOf = ({ clientX, clientY }: MouseEvent): Place | undefined => {
    const box = frame.current?.getBoundingClientRect();
    return box && [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  };
  const grab = (index: number) => ({
    onPointerDown: (event: PointerEvent & { currentTarget: Element }) => {
      const from = placeOf(event);
      moved.current = false;
      if (from === undefined || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ index, from, quad });
    },
    onPointerMove: (event: PointerEvent) => {
      const to = placeOf(event);
      if (drag?.index !== index || to === undefined) return;
      const by: Place = [to[0] - drag.from[0], to[1] - drag.from[1]];
      const box = frame.current?.getBoundingClientRect();
      moved.current ||= box !== undefined && Math.hypot(by[0] * box.width, by[1] * box.height) > tapReach;
      if (moved.current) onChange(placed(drag.quad, index, by));
    },
    // No fling of the page, which would take the next touch for itself.
    onTouchMove: (event: TouchEvent) => event.preventDefault(),
    onPointerUp: () => setDrag(undefined),
    onPointerCancel: () => setDrag(undefined),
  });
  const key = (index: number) => (event: KeyboardEvent) => {
    const arrow = arrows[event.key];
    if (arrow === undefined) return;
    event.preventDefault();
    const by = event.shiftKey ? push : nudge;
    onChange(placed(quad, index, [arrow[0] * by, arrow[1] * by]));
  };
  const tap = (event: MouseEvent) => {
    const at = placeOf(event);
    // Without a pointer, as the Enter key does, it is in no place.
    if (at !== undefined && event.detail > 0 && !moved.current) onTap?.(at);
    moved.current = false;
  };
  const first = topLeftOf(quad, photo);
  const nameOf = (index: number) => names[(index - first + 4) % 4] ?? "";
  const long = Math.min(1600, Math.max(photo.width, photo.height));
  const scale = long / Math.max(photo.width, photo.height);
  const middle = [0, 1].map((axis) => quad.reduce((sum, corner) => sum + (corner[axis] ?? 0) / 4, 0)) as Place;
  const dragged = drag && quad[drag.index];
  return (
    <div class="crop-editor">
      <div class="crop-stage">
        <div class="crop-frame" ref={frame}>
          <canvas
            ref={canvas}
            width={Math.round(photo.width * scale)}
            height={Math.round(photo.height * scale)}
            role="img"
            aria-label={`Photo ${photo.name}`}
            onClick={tap}
          />
          <svg class="crop-lines" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
            {squares.map(({ quad: one, sure }, index) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the numbered buttons below choose by keyboard
              <polygon
                key={`${index}-${squares.length}`}
                class={`quad${index === current ? " quad-current" : ""}${sure ? "" : " quad-unsure"}`}
                points={one.map((corner) => corner.join(",")).join(" ")}
                onClick={index !== current ? () => onChoose?.(index) : isPlaceholder ? tap : undefined}
                {...(index === current && grab(whole))}
              />
            ))}
            <polyline class="quad-top" points={`${quad[0].join(",")} ${quad[1].join(",")}`} />
          </svg>
          <Handle
            label="The whole frame. Arrow keys move it."
            kind="whole"
            place={middle}
            {...(isPlaceholder && { onClick: tap })}
            onKeyDown={key(whole)}
            {...grab(whole)}
          />
          {quad.map(([x, y], index) => (
            <Handle
              key={names[index]}
              label={`${nameOf(index)} corner, ${Math.round(x * 100)} % across, ${Math.round(y * 100)} % down. Arrow keys move it.`}
              kind="corner"
              place={[x, y]}
              onKeyDown={key(index)}
              {...grab(index)}
            />
          ))}
          {dragged !== undefined && <Loupe photo={photo} at={dragged} />}
          {children}
        </div>
      </div>
      <div class="switches crop-tools">
        <Button
          aria-pressed={isLocked}
          onClick={() => {
            setWantsLock(!isLocked);
            if (!isLocked) onChange(uprightOf(quad, photo));
          }}
        >
          Lock to square
        </Button>
        <Button onClick={() => onChange(turned(quad))}>Turn 90°</Button>
        <Button disabled={quad === original} onClick={() => onChange(original)}>
          Reset
        </Button>
      </div>
    </div>
  );
}
