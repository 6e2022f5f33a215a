import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Announcer } from "./announce.tsx";
import { wordsOf } from "./api.ts";
import { Icon } from "./icons.tsx";

interface Action {
  label: string;
  run: () => void;
}
interface Toast {
  id: number;
  words: string;
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

/** Says that something is done; `action` takes it back, or leads on. */
export const toastDone = (words: string, action?: Action) => show({ words, kind: "done", action });

/** Says that something failed, and how to try again where that can help. */
export const toastFailed = (words: string, error: unknown, again?: () => void) =>
  show({
    words: `${words} ${wordsOf(error)}`,
    kind: "failed",
    action: again && { label: "Try again", run: again },
  });

const staysMs = { done: 7_000, failed: 15_000 } as const;

function ToastLine({ toast }: { toast: Toast }) {
  const held = useRef(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const leave = () => {
      // Somebody points at it, or has the keyboard in it.
      if (held.current) timer = setTimeout(leave, 1_000);
      else dismiss(toast.id);
    };
    timer = setTimeout(leave, staysMs[toast.kind]);
    return () => clearTimeout(timer);
  }, [toast]);
  const hold = () => {
    held.current = true;
  };
  const release = () => {
    held.current = false;
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
      <span>{toast.words}</span>
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

/** Modal dialogs that are open, the topmost last: what is said must be said inside it, for all else is inert. */
export const openDialogs = signal<readonly symbol[]>([]);

/** Toasts and what is said to people who listen, at one place at a time. */
export function Messages({ of }: { of?: symbol }) {
  if (openDialogs.value.at(-1) !== of) return null;
  return (
    <>
      <Toasts />
      <Announcer />
    </>
  );
}
