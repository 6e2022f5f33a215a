import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { focusAgain } from "./keep-focus.ts";
import { Messages, openDialogs } from "./messages.tsx";

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** `sheet` comes from below on a phone; `wide` has room for a picture beside its words; `editor` is as large, with padding. */
  kind?: "sheet" | "wide" | "editor";
  /** The title is only for screen readers, because the dialog shows its own. */
  hideTitle?: boolean;
  /** False if it must be answered. */
  closable?: boolean;
}

/** A native modal dialog: focus stays inside, Escape closes it, and focus returns to where it was. */
export function Dialog({ title, onClose, children, kind = "sheet", hideTitle = false, closable = true }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [self] = useState(() => Symbol(title));
  const close = useRef(onClose);
  close.current = onClose;
  // Before the next key is heard: what runs after a frame is drawn leaves the page deaf, and without the focus, for as long.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element && !element.open) element.showModal();
    // Even a hidden title is read out first.
    if (hideTitle) element?.querySelector("h2")?.focus({ preventScroll: true });
    openDialogs.value = [...openDialogs.peek(), self];
    return () => {
      openDialogs.value = openDialogs.peek().filter((other) => other !== self);
      element?.close();
      focusAgain(before);
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by keyboard
    <dialog
      ref={dialog}
      class={`dialog dialog-${kind}`}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== dialog.current) return;
        event.preventDefault();
        if (closable) close.current();
      }}
      onClose={({ target }) => {
        // A browser lets nobody hold back a second Escape in a row.
        if (!closable && target === dialog.current) dialog.current?.showModal();
      }}
      onClick={(event) => {
        if (closable && event.target === dialog.current) close.current();
      }}
    >
      <div class="dialog-body">
        <div class={hideTitle ? "visually-hidden" : "dialog-head"}>
          <h2 id={id} tabIndex={-1}>
            {title}
          </h2>
        </div>
        {children}
        {closable && (
          <button type="button" class="icon-button dialog-close" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
      <Messages of={self} />
    </dialog>
  );
}
