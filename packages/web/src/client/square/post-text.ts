import { maxWeightedLength, weightedLength } from "@twobytwo/core/squares/weighted-length";
import { cashtagsIn, firstMentionOf, linksIn, maxAltText, postPrice } from "@twobytwo/core/squares/words";
import { captionFor } from "../base/format.ts";

export { maxAltText, maxWeightedLength };

/** Letters of an address that X shows before it cuts it. */
const shownOfLink = 26;

export interface TextPart {
  text: string;
  isLink: boolean;
}

/** The words of the post, cut where X makes links; a link shows without its scheme, and cut. */
export function postParts(words: { title: string; caption?: string | undefined }): TextPart[] {
  const text = captionFor(words).trim().normalize("NFC");
  const parts: TextPart[] = [];
  let from = 0;
  for (const link of linksIn(text)) {
    const at = text.indexOf(link, from);
    if (at > from) parts.push({ text: text.slice(from, at), isLink: false });
    parts.push({ text: shownLink(link), isLink: true });
    from = at + link.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), isLink: false });
  return parts;
}

function shownLink(link: string): string {
  const bare = link.replace(/^https?:\/\/(www\.)?/i, "");
  return bare.length > shownOfLink ? `${bare.slice(0, shownOfLink)}…` : bare;
}

export interface Measure {
  /** As X counts. */
  weight: number;
  tooLong: boolean;
  links: string[];
  /** `$NAME` of shares; X takes one. */
  cashtags: string[];
  /** The account that the text begins with. */
  firstMention: string | undefined;
  /** Dollars. */
  price: number;
}

export function measure(words: { title: string; caption?: string | undefined }): Measure {
  const text = captionFor(words);
  const weight = weightedLength(text);
  const links = linksIn(text);
  return {
    weight,
    tooLong: weight > maxWeightedLength,
    links,
    cashtags: cashtagsIn(text),
    firstMention: firstMentionOf(text),
    price: links.length > 0 ? postPrice.withLink : postPrice.plain,
  };
}

export const usualPrice = postPrice.plain;
/** How many times as dear a link makes a post. */
export const linkFactor = Math.round(postPrice.withLink / postPrice.plain);
