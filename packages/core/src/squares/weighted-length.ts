import { TaskError } from "../errors.ts";
import { linksOf } from "./links.ts";

/** What X counts at most; see docs.x.com, "Counting characters". */
export const maxWeightedLength = 280;

const lightRanges = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
] as const;
/** X counts any link, and any bare domain, as this many characters. */
const linkWeight = 23;
/** Whatever is no emoji and no part of one, and counts 1: texts of these alone need no look at what Unicode calls an emoji. */
const beyondLatin = /[\u0100-\uFFFF]/;
let emoji: RegExp | undefined;

const isLight = (codePoint: number) => lightRanges.some(([from, to]) => codePoint >= from && codePoint <= to);

/** Length of a text as X counts it: most scripts 1 a character, CJK and emoji 2, a link 23. */
export function weightedLength(text: string): number {
  const normal = text.normalize("NFC");
  let weight = 0;
  let from = 0;
  for (const { url, start } of linksOf(normal)) {
    weight += weightOf(normal.slice(from, start)) + linkWeight;
    from = start + url.length;
  }
  return weight + weightOf(normal.slice(from));
}

function weightOf(text: string): number {
  if (!beyondLatin.test(text)) return text.length;
  // To read all emoji takes longer than to load the rest of a function: not before there is a text that may have one.
  // Stryker disable next-line Regex: what it makes of it is no regular expression, and then nothing can be run.
  emoji ??= /\p{RGI_Emoji}\uFE0F?/gv;
  const count = text.match(emoji)?.filter((found) => !/^[\d#*]$/.test(found)).length ?? 0;
  let weight = count * 2;
  for (const character of text.replace(emoji, "")) weight += isLight(character.codePointAt(0) ?? 0) ? 1 : 2;
  return weight;
}

/** @throws Rejected when X would refuse the words. */
export function requirePostable(id: string, caption: string): void {
  const weight = weightedLength(caption);
  if (weight > maxWeightedLength)
    throw new TaskError(
      "rejected",
      `The caption of square ${id} counts as ${weight} characters, and X accepts ${maxWeightedLength}: shorten the caption, then put the square back in the queue.`,
    );
}
