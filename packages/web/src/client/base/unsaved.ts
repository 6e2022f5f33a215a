import { signal } from "@preact/signals";
import { keepOnDevice } from "./keep-on-device.ts";

/** The words of a square that somebody has typed and not saved. */
export interface Unsaved {
  words: { title: string; caption: string; altText: string; series: string };
  /** The saved words that the person had before them. */
  from: Unsaved["words"];
}

const prefix = "unsaved:";

function readUnsaved(): ReadonlyMap<string, Unsaved> {
  const found = new Map<string, Unsaved>();
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(prefix)) found.set(key.slice(prefix.length), JSON.parse(localStorage.getItem(key) ?? ""));
  } catch {
    // A browser without storage keeps unsaved words as long as the page, and asks before it is left.
  }
  return found;
}

/** By square. They are on this device until they are saved or discarded: after a reload, and after the session has ended. */
export const unsaved = signal(readUnsaved());

/** Keeps what is typed, or drops it. */
export function keepUnsaved(id: string, typed: Unsaved | undefined): void {
  const next = new Map(unsaved.peek());
  if (typed === undefined) next.delete(id);
  else next.set(id, typed);
  unsaved.value = next;
  keepOnDevice(prefix + id, typed && JSON.stringify(typed));
}

// Another tab has typed, saved or discarded.
window.addEventListener("storage", ({ key }) => {
  if (key === null || key.startsWith(prefix)) unsaved.value = readUnsaved();
});
