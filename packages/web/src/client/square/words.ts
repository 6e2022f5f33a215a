import type { EditRequest, SquareCard } from "../../contract.ts";
import type { Unsaved } from "../base/unsaved.ts";

export type Words = Unsaved["words"];
export const wordNames = ["title", "caption", "altText", "series"] as const;
export type WordName = (typeof wordNames)[number];
export const isEditable = ({ status }: SquareCard) =>
  ["queued", "dated", "draft", "review", "withdrawn"].includes(status);
export const wordLabels: Record<WordName, string> = {
  title: "Title",
  caption: "Caption",
  altText: "Alt text",
  series: "Series",
};

export const wordsOfSquare = (square: Pick<SquareCard, WordName>): Words => ({
  title: square.title,
  caption: square.caption,
  altText: square.altText ?? "",
  series: square.series ?? "",
});

/** The words that differ from `from`; a removed one is null. */
export function changesOf(words: Words, from: Words): Omit<EditRequest, "version"> {
  const changes: Record<string, string | null> = {};
  for (const name of wordNames) {
    if (words[name].trim() === from[name]) continue;
    changes[name] = words[name].trim() === "" && name !== "title" ? null : words[name].trim();
  }
  return changes;
}

export const isChanged = (words: Words, from: Words) => Object.keys(changesOf(words, from)).length > 0;

/**
 * What a person typed, on top of what was saved elsewhere meanwhile; `clash` if both changed one of the words, each in another way:
 * then the person has to choose.
 */
export function mergeWords({ words, from }: Unsaved, now: Words): { words: Words; clash: boolean } {
  const merged = { ...words };
  let clash = false;
  for (const name of wordNames) {
    const mine = words[name].trim();
    if (mine === from[name].trim()) merged[name] = now[name];
    else if (now[name] !== from[name] && now[name] !== mine) clash = true;
  }
  return { words: merged, clash };
}
