import type { EditRequest, SquareCard } from "../../contract.ts";

export interface DraftWords {
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

export const wordsOfSquare = (square: Pick<SquareCard, WordName>): DraftWords => ({
  title: square.title,
  caption: square.caption,
  altText: square.altText ?? "",
  series: square.series ?? "",
});

/** The words that differ from `from`; taking words away is null. */
export function changesOf(words: DraftWords, from: DraftWords): Omit<EditRequest, "version"> {
  const changes: Record<string, string | null> = {};
  for (const name of wordNames) {
    if (words[name].trim() === from[name]) continue;
    changes[name] = words[name].trim() === "" && name !== "title" ? null : words[name].trim();
  }
  return changes;
}

export const isChanged = (words: DraftWords, from: DraftWords) => Object.keys(changesOf(words, from)).length > 0;

/** Words that were typed and not yet saved, by square: they outlive a closed dialog and a lost session. */
const drafts = new Map<string, { words: DraftWords; version: number }>();
export const keepDraft = (id: string, words: DraftWords, version: number) => drafts.set(id, { words, version });
export const draftOf = (id: string) => drafts.get(id);
export const dropDraft = (id: string) => drafts.delete(id);
