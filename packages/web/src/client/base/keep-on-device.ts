/** What was typed and this device could not store, by key. */
const unstored = new Set<string>();
const ask = (event: BeforeUnloadEvent) => event.preventDefault();

/**
 * Keeps what somebody has typed until it is applied, or drops it; where the device has no room, the browser asks before the page is left.
 *
 * @returns whether the device has it
 */
export function keepOnDevice(key: string, typed: string | undefined): boolean {
  try {
    if (typed === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, typed);
    unstored.delete(key);
  } catch {
    if (typed !== undefined) unstored.add(key);
  }
  // A page that listens for this is loaded anew by "back", so it listens only while it must.
  if (unstored.size > 0) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
  return typed !== undefined && !unstored.has(key);
}
