import { useEffect, useRef, useState } from "preact/hooks";

interface DragOptions {
  /** A square was dropped on a day. */
  onDrop: (id: string, day: string) => void;
  /** The day below the pointer has changed; undefined where nothing can be dropped. */
  onOver: (day: string | undefined) => void;
}

/** Pixels that a mouse moves before a press is no click, or a finger before it scrolls. */
const slack = 6;
/** A finger that rests so long picks the square up; before that it scrolls the page. */
const holdMs = 350;

const dayBelow = ({ clientX, clientY }: PointerEvent) =>
  document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("[data-drop-day]")?.dataset["dropDay"];

/** Drags squares from day to day: with a mouse by moving, with a finger after a rest. A press alone stays a click. */
export function useDayDrag({ onDrop, onOver }: DragOptions) {
  const [dragged, setDragged] = useState<{ id: string; over: string | undefined }>();
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const onPointerDown = (id: string) => (pressed: PointerEvent) => {
    if (pressed.button !== 0 || !pressed.isPrimary) return;
    stop.current?.();
    const element = pressed.currentTarget as HTMLElement;
    const aborter = new AbortController();
    const { signal } = aborter;
    let isLifted = false;
    let over: string | undefined;
    const lift = () => {
      clearTimeout(hold);
      isLifted = true;
      element.setPointerCapture(pressed.pointerId);
      element.classList.add("dragged");
      setDragged({ id, over });
    };
    const hold = pressed.pointerType === "mouse" ? undefined : setTimeout(lift, holdMs);
    const end = () => {
      clearTimeout(hold);
      aborter.abort();
      element.classList.remove("dragged");
      element.style.translate = "";
      setDragged(undefined);
      stop.current = undefined;
    };
    stop.current = end;
    const listen = <Name extends keyof WindowEventMap>(name: Name, hear: (event: WindowEventMap[Name]) => void) =>
      window.addEventListener(name, hear, { signal, passive: false });
    listen("pointermove", (event) => {
      const [x, y] = [event.clientX - pressed.clientX, event.clientY - pressed.clientY];
      if (!isLifted && Math.hypot(x, y) > slack) {
        // A busy phone is late with its timers.
        if (hold !== undefined && event.timeStamp - pressed.timeStamp < holdMs) return end();
        lift();
      }
      if (!isLifted) return;
      element.style.translate = `${x}px ${y}px`;
      const day = dayBelow(event);
      if (day === over) return;
      over = day;
      setDragged({ id, over });
      onOver(day);
    });
    // The page does not scroll below what is lifted.
    listen("touchmove", (event) => isLifted && event.preventDefault());
    listen("contextmenu", (event) => isLifted && event.preventDefault());
    listen("pointercancel", end);
    listen("keydown", (event) => event.key === "Escape" && end());
    listen("pointerup", () => {
      const wasLifted = isLifted;
      end();
      if (!wasLifted) return;
      // The click that follows is none.
      const swallow = (event: Event) => event.stopPropagation();
      element.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => element.removeEventListener("click", swallow, { capture: true }));
      if (over !== undefined) onDrop(id, over);
    });
  };
  return { dragged, onPointerDown };
}
