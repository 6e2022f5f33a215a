import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";

/** A button that opens a list of buttons. A choice, a click elsewhere, Escape or leaving with the keyboard closes it. */
export function Menu({ label, children }: { label: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  /** What was chosen goes with the list; a dialog that it opens gives the focus back to the button. */
  const close = () => {
    button.current?.focus();
    setOpen(false);
  };
  useLayoutEffect(() => {
    if (!open) return;
    const list = menu.current?.querySelector(".menu-list");
    list?.querySelector<HTMLElement>('button:not([aria-disabled="true"])')?.focus({ preventScroll: true });
    // The last of its buttons may be below the edge of the screen, also after a phone was turned.
    const reveal = () => list?.scrollIntoView({ block: "nearest" });
    reveal();
    // In the next frame, the page has the order that it has at the new size.
    const revealLater = () => requestAnimationFrame(reveal);
    const outside = (event: PointerEvent) => {
      if (!menu.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener("pointerdown", outside);
    window.addEventListener("resize", revealLater);
    return () => {
      window.removeEventListener("pointerdown", outside);
      window.removeEventListener("resize", revealLater);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the buttons inside
    <div
      ref={menu}
      class="menu"
      onKeyDown={(event) => {
        if (event.key === "Escape" && open) {
          event.stopPropagation();
          close();
        }
        if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
          event.preventDefault();
          stepFocus(menu.current, event.key === "ArrowDown" ? 1 : -1);
        }
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && !menu.current?.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={label}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a key on a button clicks it */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are what is pressed; this closes behind them */}
      <div id={id} class="menu-list" hidden={!open} onClick={close}>
        {open && children}
      </div>
    </div>
  );
}

function stepFocus(menu: HTMLElement | null, step: number): void {
  const items = [...(menu?.querySelectorAll<HTMLElement>(".menu-list button") ?? [])];
  const now = items.indexOf(document.activeElement as HTMLElement);
  items[(now + step + items.length) % items.length]?.focus();
}
