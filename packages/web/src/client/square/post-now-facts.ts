import { postPrice } from "@twobytwo/core/squares/words";
import type { Account, Overview, SquareCard } from "../../contract.ts";
import { formatPrice, hasCaption } from "../base/format.ts";
import { measure } from "./post-text.ts";

export interface PostFacts {
  /** Sentences about what X charges. */
  cost: string;
  /** Why it cannot be posted at all. */
  blocks: string[];
  /** What a person may want to know or mend first. */
  lacks: string[];
}

/** What posting a square now would cost, and what is missing for it, as far as anybody knows before it is tried. */
export function postNowFacts(
  square: SquareCard,
  { stock, schedule, unconfirmed }: Overview,
  account?: Account,
): PostFacts {
  const { price, links, tooLong } = measure(square);
  const { pause } = schedule;
  const parts = [`${formatPrice(price)} for the post${links.length > 0 ? ", which has a link" : ""}`];
  if (square.altText) parts.push(`${formatPrice(postPrice.altText)} for the alt text`);
  const total = price + (square.altText ? postPrice.altText : 0);
  const cost = parts.length === 1 ? parts[0] : `${formatPrice(total)}: ${parts.join(" and ")}`;
  const blocks = [
    account?.state === "no-keys" && "There are no complete keys for X.",
    unconfirmed !== undefined && "The table has to be confirmed first.",
    tooLong && "The text is too long for X.",
  ];
  const lacks = [
    !hasCaption(square) && "There is no caption: it is posted without text.",
    !square.altText && "There is no alt text.",
    stock.claimed + stock.posting > 0 && "Another square is being posted at this moment.",
    pause?.pausedBy === "person" && "The schedule is paused. This square is posted all the same, and the pause stays.",
    pause?.error === "NoCredits" && "X had no credits left at the last try.",
    pause?.error === "NotAuthorized" && "X did not accept the keys at the last try.",
    pause?.pausedBy === "workflow" && "Posting has stopped after a failure. This tries one square at once.",
  ];
  return {
    cost: `X charges ${cost}. Whether there are credits for it shows only when it is posted.`,
    blocks: blocks.filter((text) => text !== false),
    lacks: lacks.filter((text) => text !== false),
  };
}
