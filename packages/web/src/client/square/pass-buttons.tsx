import { useLayoutEffect } from "preact/hooks";
import { Icon } from "../base/icons.tsx";
import { openDialogs } from "../base/messages.tsx";
import type { Pass } from "./pass.ts";

/** To the square before and after, also by the arrow keys. */
export function PassButtons({ pass: { previous, next, step } }: { pass: Pass }) {
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const { altKey, ctrlKey, metaKey, shiftKey, defaultPrevented, target } = event;
      if (altKey || ctrlKey || metaKey || shiftKey || defaultPrevented || openDialogs.peek().length > 1) return;
      // Arrow keys move the cursor there, or choose.
      if ((target as Element).closest("input, textarea, select, [contenteditable]")) return;
      const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : undefined;
      if (by === undefined) return;
      event.preventDefault();
      step(by);
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [step]);
  if (previous === undefined && next === undefined) return null;
  return (
    <div class="pass">
      <PassButton
        label="Previous square"
        icon="back"
        shortcut="ArrowLeft"
        isEnd={previous === undefined}
        onStep={() => step(-1)}
      />
      <PassButton
        label="Next square"
        icon="arrow"
        shortcut="ArrowRight"
        isEnd={next === undefined}
        onStep={() => step(1)}
      />
    </div>
  );
}

interface ButtonProps {
  label: string;
  icon: "back" | "arrow";
  shortcut: string;
  isEnd: boolean;
  onStep: () => void;
}

/** At the end it stays, so that the focus does. */
function PassButton({ label, icon, shortcut, isEnd, onStep }: ButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-keyshortcuts={shortcut}
      aria-disabled={isEnd}
      onClick={onStep}
    >
      <Icon name={icon} />
    </button>
  );
}
