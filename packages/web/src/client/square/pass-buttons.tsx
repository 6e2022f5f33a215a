import { useEffect } from "preact/hooks";
import { Icon } from "../base/icons.tsx";
import { openDialogs } from "../base/messages.tsx";
import { navigate, squarePath } from "../base/router.ts";
import type { Pass } from "./pass.ts";

export const openSquare = (id: string) => navigate(squarePath(id), { replace: true });

/** To the square before and after, also by the arrow keys. */
export function PassButtons({ pass: { previous, next } }: { pass: Pass }) {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const { altKey, ctrlKey, metaKey, shiftKey, defaultPrevented, target } = event;
      if (altKey || ctrlKey || metaKey || shiftKey || defaultPrevented || openDialogs.peek().length > 1) return;
      // Arrow keys move the cursor there, or choose.
      if ((target as Element).closest("input, textarea, select, [contenteditable]")) return;
      const to = event.key === "ArrowLeft" ? previous : event.key === "ArrowRight" ? next : undefined;
      if (to === undefined) return;
      event.preventDefault();
      openSquare(to);
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [previous, next]);
  if (previous === undefined && next === undefined) return null;
  return (
    <div class="pass">
      <PassButton label="Previous square" icon="back" shortcut="ArrowLeft" to={previous} />
      <PassButton label="Next square" icon="arrow" shortcut="ArrowRight" to={next} />
    </div>
  );
}

interface ButtonProps {
  label: string;
  icon: "back" | "arrow";
  shortcut: string;
  to: string | undefined;
}

/** At the end it stays, so that the focus does. */
function PassButton({ label, icon, shortcut, to }: ButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-keyshortcuts={shortcut}
      aria-disabled={to === undefined}
      onClick={() => to !== undefined && openSquare(to)}
    >
      <Icon name={icon} />
    </button>
  );
}
