import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icons.tsx";
import type { Told } from "./plain-words.ts";
import { tell } from "./request.ts";
import { Trouble } from "./trouble.tsx";

interface Action {
  label: string;
  run: () => void;
}
interface Toast {
  id: number;
  told: Told;
  kind: "done" | "failed";
  action?: Action | undefined;
}

const toasts = signal<Toast[]>([]);
let last = 0;
const most = 3;

function show(toast: Omit<Toast, "id">): void {
  last += 1;
  toasts.value = [...toasts.value, { ...toast, id: last }].slice(-most);
}
const dismiss = (id: number) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

/** Reports a success; `action` undoes it or leads on. */
export const toastDone = (text: string, action?: Action) => show({ told: { sentence: text }, kind: "done", action });

/** Reports a failure, with a button to try again where that can help. */
export function toastFailed(text: string, error: unknown, again?: () => void): void {
  const { sentence, ...details } = tell(error);
  show({
    told: { sentence: `${text} ${sentence}`, ...details },
    kind: "failed",
    action: again && { label: "Try again", run: again },
  });
}

const staysMs = { done: 7_000, failed: 15_000 } as const;

function ToastLine({ toast }: { toast: Toast }) {
  const isHovered = useRef(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const leave = () => {
      // Somebody is reading it, or about to press its button.
      if (isHovered.current) timer = setTimeout(leave, 1_000);
      else dismiss(toast.id);
    };
    timer = setTimeout(leave, staysMs[toast.kind]);
    return () => clearTimeout(timer);
  }, [toast]);
  const hold = () => {
    isHovered.current = true;
  };
  const release = () => {
    isHovered.current = false;
  };
  const { action } = toast;
  return (
    <div
      class={`toast toast-${toast.kind}`}
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocusIn={hold}
      onFocusOut={release}
    >
      <div class="toast-words">
        <Trouble told={toast.told} />
      </div>
      {action && (
        <button
          type="button"
          class="link"
          onClick={() => {
            dismiss(toast.id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function Toasts() {
  return (
    <div class="toasts" role="log" aria-live="polite" aria-label="Messages">
      {toasts.value.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

const said = signal("");

/** Tells people who use a screen reader. */
export function announce(text: string): void {
  // Repeated text is no change, and would not be read out.
  said.value = said.peek() === text ? `${text}\u00a0` : text;
}

function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {said.value}
    </div>
  );
}

/** Open modal dialogs, the topmost last. Messages must appear inside it, because everything else is inert. */
export const openDialogs = signal<readonly symbol[]>([]);

/** Toasts and announcements, in one place at a time. */
export function Messages({ of }: { of?: symbol }) {
  if (openDialogs.value.at(-1) !== of) return null;
  return (
    <>
      <Toasts />
      <Announcer />
    </>
  );
}
