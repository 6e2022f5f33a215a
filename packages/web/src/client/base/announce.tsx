import { signal } from "@preact/signals";

const said = signal("");

/** Says something to people who listen to the page. */
export function announce(words: string): void {
  // The same words twice in a row would not be a change, and so stay unsaid.
  said.value = said.peek() === words ? `${words}\u00a0` : words;
}

export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {said.value}
    </div>
  );
}
