import { signal } from "@preact/signals";
import { openDialogs } from "../base/messages.tsx";
import { navigate } from "../base/router.ts";
import { routes } from "./routes.ts";
import { isTyping } from "./typing.ts";

interface Key {
  key: string;
  what: string;
  press: () => void;
}

const storageKey = "keys";

function kept(): boolean {
  try {
    return localStorage.getItem(storageKey) !== "off";
  } catch {
    return true;
  }
}

/** False if the person has turned the keys off: dictation, for one, presses letters that nobody meant. */
export const areKeysOn = signal(kept());

export function turnKeys(on: boolean): void {
  areKeysOn.value = on;
  try {
    if (on) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, "off");
  } catch {
    // Without storage it lasts for this visit.
  }
}

export const isKeysDialogOpen = signal(false);
export const helpKey = "?";

/** Single letters, for what is done often; each has a link or a button that anybody can see. */
export const keys: readonly Key[] = [
  ...routes.flatMap(({ key, title, path }) => (key ? [{ key, what: title, press: () => navigate(path) }] : [])),
  { key: "/", what: "Search the wall", press: search },
  {
    key: helpKey,
    what: "Show the shortcuts",
    press: () => {
      isKeysDialogOpen.value = true;
    },
  },
];

const mostFrames = 120;

/** The field is there once the page is drawn, and its file may have to be fetched first. */
function search(): void {
  if (window.location.pathname !== "/") navigate("/");
  const look = (frames: number) => {
    const field = document.querySelector<HTMLInputElement>("main input[type='search']");
    if (field !== null) field.focus();
    else if (frames > 0) requestAnimationFrame(() => look(frames - 1));
  };
  requestAnimationFrame(() => look(mostFrames));
}

/** @returns what stops it */
export function listenForKeys(): () => void {
  const hear = (event: KeyboardEvent) => {
    const { altKey, ctrlKey, metaKey, isComposing, repeat, defaultPrevented, target } = event;
    if (altKey || ctrlKey || metaKey || isComposing || repeat || defaultPrevented) return;
    if (isTyping(target) || openDialogs.peek().length > 0) return;
    const pressed = keys.find(({ key }) => key === event.key.toLowerCase());
    // The key that leads to this switch always works.
    if (pressed === undefined || !(areKeysOn.peek() || pressed.key === helpKey)) return;
    event.preventDefault();
    pressed.press();
  };
  window.addEventListener("keydown", hear);
  return () => window.removeEventListener("keydown", hear);
}
