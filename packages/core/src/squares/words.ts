import { prices } from "../cost/prices.ts";
import { TaskError } from "../errors.ts";
import { captionOf } from "./caption.ts";
import { linksOf, possibleLinksOf } from "./links.ts";
import { maxWeightedLength, weightedLength } from "./weighted-length.ts";

/** What an artist writes about a square. */
export interface Words {
  title: string;
  /** The words of the post; the title where there is none. */
  caption?: string;
  altText?: string;
  series?: string;
}

/** Characters of alt text that X takes. */
export const maxAltText = 1000;

/** Dollars a post costs, see docs.x.com, "Pricing". */
export const postPrice = {
  plain: prices.postOnX,
  withLink: prices.postWithLinkOnX,
  altText: prices.altTextOnX,
} as const;

/** What a look at the account's posts costs, in words: X charges by the post. */
export const lookPrice = `$${prices.ownPostReadOnX} to $${prices.postReadOnX} for each post that it shows`;

/** Everything in a text that X may take for a link, in order. */
export function linksIn(text: string): string[] {
  return linksOf(text.normalize("NFC")).map(({ url }) => url);
}

/** Control characters, and what takes no room; a line break stays, and a tab is a space. */
const unseen = /[\p{Cc}\u200B\u2060-\u2064\uFEFF\uFFFE\uFFFF\u{E0001}]/gu;
/** Joiners, selectors and marks of direction mean something beside letters of some scripts and emoji, and nothing else. */
const joinerAlone =
  /(?<![\p{L}\p{M}\p{Emoji_Presentation}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200C\u200D]|[\u200C\u200D](?![\p{L}\p{M}\p{Extended_Pictographic}])|(?<=[\p{Script=Latin}])[\u200C\u200D]/gu;
/** No letter, no sign: spaces, marks of direction, selectors, and the two letters that are drawn as nothing. */
const blank = /^[\p{White_Space}\p{Cf}\p{Variation_Selector}\u2800\u3164\u115F\u1160\uFFA0]*$/u;

/**
 * Words as they are kept: without control characters and characters that nobody sees, without space around them. A text of nothing
 * but blanks is none; a title is never none.
 */
export function cleanWords<Given extends Partial<Words>>(words: Given): Given {
  const cleaned = Object.entries(words).flatMap(([name, text]): [string, string][] => {
    if (typeof text !== "string") return [];
    const clean = cleanText(text);
    if (clean !== "" || text === "") return [[name, clean]];
    return name === "title" ? [[name, "Untitled"]] : [];
  });
  return Object.fromEntries(cleaned) as Given;
}

function cleanText(text: string): string {
  const clean = text
    .normalize("NFC")
    .replaceAll(/\r\n?|\u0085|\u2028|\u2029/g, "\n")
    .replaceAll("\t", " ")
    .replaceAll(unseen, (character) => (character === "\n" ? character : ""))
    .replaceAll(joinerAlone, "")
    .trim();
  return blank.test(clean) ? "" : clean;
}

/**
 * Checks words before anything is uploaded.
 *
 * @param name what the words belong to, said in messages.
 * @returns warnings, a sentence each: a link makes a post thirteen times as dear.
 * @throws Rejected for what X would refuse.
 */
export function checkWords(name: string, words: Words): string[] {
  const text = captionOf(words);
  const called = words.caption === undefined ? "title" : "caption";
  const weight = weightedLength(text);
  if (weight > maxWeightedLength)
    throw new TaskError(
      "rejected",
      `The ${called} of ${name} counts as ${weight} characters, and X accepts ${maxWeightedLength}: shorten it by ${weight - maxWeightedLength}.`,
    );
  const tags = cashtagsIn(text);
  if (tags.length > 1)
    throw new TaskError(
      "rejected",
      `The ${called} of ${name} has ${tags.length} cashtags (${tags.join(", ")}), and X accepts one in each post: leave out the others, or the $ in front of them.`,
    );
  const altLength = words.altText === undefined ? 0 : [...words.altText].length;
  if (altLength > maxAltText)
    throw new TaskError(
      "rejected",
      `The alt text of ${name} has ${altLength} characters, and X accepts ${maxAltText}: shorten it by ${altLength - maxAltText}.`,
    );
  return [...linkWarning(name, called, text), ...replyWarning(name, called, text)];
}

function linkWarning(name: string, called: string, text: string): string[] {
  const [dear, usual] = [postPrice.withLink.toFixed(2), postPrice.plain.toFixed(3)];
  const links = linksIn(text);
  if (links.length > 0)
    return [
      `The ${called} of ${name} has a link (${links.join(", ")}): this post costs $${dear} instead of $${usual}. Remove the link to avoid that.`,
    ];
  const possible = possibleLinksOf(text.normalize("NFC")).map(({ url }) => url);
  if (possible.length === 0) return [];
  return [
    `X may turn part of the ${called} of ${name} into a link (${possible.join(", ")}); then this post costs $${dear} instead of $${usual}. A space after the dot prevents it.`,
  ];
}

/** As twitter-text has it: at the beginning or behind a space, and nothing of a name behind it. */
const cashtag =
  /(?<=^|[\s\u00A0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000])\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?=$|\s|[!'#%&()*+,\\\-./:;<=>?@[\]^_{|}~$])/gi;

/** `$NAME` of a share, of which X takes one in a post. */
export function cashtagsIn(text: string): string[] {
  return text.match(cashtag) ?? [];
}

/** The account that a text begins with: X may take such a post for a reply, and show it to fewer people. */
export const firstMentionOf = (text: string): string | undefined => /^\s*[@＠]\w{1,20}/.exec(text)?.[0].trim();

function replyWarning(name: string, called: string, text: string): string[] {
  const first = firstMentionOf(text);
  if (first === undefined) return [];
  return [
    `The ${called} of ${name} begins with ${first}: X may show such a post only to people who follow both of you. Put a word before it.`,
  ];
}
