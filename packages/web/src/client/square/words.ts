import type { EditRequest, SquareCard } from "../../contract.ts";

export interface Words {
  title: string;
  caption: string;
  altText: string;
  series: string;
}
export const wordNames = ["title", "caption", "altText", "series"] as const;
export type WordName = (typeof wordNames)[number];
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

/** Unsaved words by square; they outlive a closed dialog and a lost session. */
const unsaved = new Map<string, { words: Words; version: number }>();
export const keepUnsaved = (id: string, words: Words, version: number) => unsaved.set(id, { words, version });
export const unsavedOf = (id: string) => unsaved.get(id);
export const dropUnsaved = (id: string) => unsaved.delete(id);
