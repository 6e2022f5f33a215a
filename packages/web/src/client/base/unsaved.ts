import { signal } from "@preact/signals";

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

/** Those that this device could not store. */
const unstored = new Set<string>();
const ask = (event: BeforeUnloadEvent) => event.preventDefault();

/** Keeps what is typed, or drops it. */
export function keepUnsaved(id: string, typed: Unsaved | undefined): void {
  const next = new Map(unsaved.peek());
  if (typed === undefined) next.delete(id);
  else next.set(id, typed);
  unsaved.value = next;
  try {
    if (typed === undefined) localStorage.removeItem(prefix + id);
    else localStorage.setItem(prefix + id, JSON.stringify(typed));
    unstored.delete(id);
  } catch {
    if (typed !== undefined) unstored.add(id);
  }
  // A page that listens for this is loaded anew by "back", so it listens only while it must.
  if (unstored.size > 0) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
}

// Another tab has typed, saved or discarded.
window.addEventListener("storage", ({ key }) => {
  if (key === null || key.startsWith(prefix)) unsaved.value = readUnsaved();
});
