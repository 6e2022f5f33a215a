import { useLayoutEffect, useRef } from "preact/hooks";
import type { Place } from "./quad.ts";

interface HandleProps {
  label: string;
  kind: "corner" | "whole";
  place: Place;
  onClick?: (event: MouseEvent) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onPointerDown: (event: PointerEvent & { currentTarget: HTMLElement }) => void;
  onPointerMove: (event: PointerEvent) => void;
  onTouchMove: (event: TouchEvent) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
}

/** What a finger, the mouse or the arrow keys move. */
export function Handle({ label, kind, place: [x, y], ...events }: HandleProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    button.current?.style.setProperty("left", `${x * 100}%`);
    button.current?.style.setProperty("top", `${y * 100}%`);
  }, [x, y]);
  return <button ref={button} type="button" class={`crop-handle crop-handle-${kind}`} aria-label={label} {...events} />;
}
