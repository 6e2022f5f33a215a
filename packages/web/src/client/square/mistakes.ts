import { formatCount } from "../base/format.ts";
import { maxAltText, maxWeightedLength, measure } from "./post-text.ts";
import type { WordName, Words } from "./words.ts";

/** What X would refuse, by the field that it is in. A square needs no words at all. */
export function mistakesOf(words: Words): Partial<Record<WordName, string>> {
  const { weight, cashtags } = measure(words);
  const altLength = [...words.altText].length;
  const wrong = [
    weight > maxWeightedLength && `${formatCount(weight - maxWeightedLength, "character")} too many for a post on X.`,
    cashtags.length > 1 && `X accepts one cashtag in a post, and this has ${cashtags.length} (${cashtags.join(", ")}).`,
  ].filter((sentence) => sentence !== false);
  return {
    // Without a caption, the title is posted.
    ...(wrong.length > 0 && { [words.caption.trim() === "" ? "title" : "caption"]: wrong.join(" ") }),
    ...(altLength > maxAltText && { altText: `${formatCount(altLength - maxAltText, "character")} too many.` }),
  };
}

/** Whether X would accept these words. */
export const arePostable = (words: Words) => Object.keys(mistakesOf(words)).length === 0;

/** Leads the person to the first field with a mistake, once it is drawn. */
export function focusMistake(): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>("main [aria-invalid='true']");
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  });
}
