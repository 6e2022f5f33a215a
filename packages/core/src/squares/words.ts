import { prices } from "../cost/prices.ts";
import { TaskError } from "../errors.ts";
import { captionOf, linkPattern, maxWeightedLength, weightedLength } from "./caption.ts";

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
export const postPrice = { plain: prices.postOnX, withLink: prices.postWithLinkOnX } as const;

/** What a look at the account's posts costs, in words: X charges by the post. */
export const lookPrice = `$${prices.ownPostReadOnX} to $${prices.postReadOnX} for each post that it shows`;

/** Everything in a text that X may take for a link, in order. */
export function linksIn(text: string): string[] {
  return text.normalize("NFC").match(linkPattern) ?? [];
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
  const altLength = words.altText === undefined ? 0 : [...words.altText].length;
  if (altLength > maxAltText)
    throw new TaskError(
      "rejected",
      `The alt text of ${name} has ${altLength} characters, and X accepts ${maxAltText}: shorten it by ${altLength - maxAltText}.`,
    );
  const links = linksIn(text);
  if (links.length === 0) return [];
  const [dear, usual] = [postPrice.withLink.toFixed(2), postPrice.plain.toFixed(3)];
  return [
    `The ${called} of ${name} has a link (${links.join(", ")}): this post costs $${dear} instead of $${usual}. Remove the link to avoid that.`,
  ];
}
