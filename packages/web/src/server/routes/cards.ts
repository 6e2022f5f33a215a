import { sentTextOf } from "@twobytwo/core/posting/look";
import { isBroken, type Listed } from "@twobytwo/core/squares/list";
import { cutOf, type Square } from "@twobytwo/core/squares/square";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import type { Sending } from "../../contract-review.ts";
import type { WebPorts } from "../http/ports.ts";
import type { SignedAddresses } from "../http/signed-addresses.ts";

/** Turns rows into what the app shows. */
export interface Cards {
  card(listed: Listed): Promise<SquareCard>;
  detail(square: Square): Promise<SquareDetail>;
}

export function createCards({ postsOrigin }: Pick<WebPorts, "postsOrigin">, addresses: SignedAddresses): Cards {
  async function card(listed: Listed): Promise<SquareCard> {
    if (isBroken(listed)) {
      const { id, status, mistakes } = listed;
      return { id, status, title: "", caption: "", version: 0, mistakes };
    }
    const { id, status, sortKey, title, caption, thumbnailKey, tweetId, version } = listed;
    const { altText, series, templated, width, height, postedAt, createdAt, lastError } = listed;
    return {
      id,
      status,
      title,
      // As written; the app shows the title instead of an empty caption.
      caption: caption ?? "",
      version,
      ...present({ altText, series, templated, width, height, tweetId, postedAt, createdAt }),
      ...(status !== "posted" && present({ cut: cutOf(listed) })),
      ...(status === "queued" && { rank: sortKey }),
      ...(status === "dated" && { date: sortKey }),
      ...(thumbnailKey !== undefined && { thumbnailUrl: await addresses.of(thumbnailKey) }),
      ...(tweetId !== undefined && { postUrl: `${postsOrigin}/i/status/${tweetId}` }),
      ...present({ bluesky: onBluesky(listed) }),
      ...(status !== "posted" && sendingOf(listed) !== undefined && { maybePosted: true }),
      ...(lastError && {
        lastError: {
          name: lastError.name,
          message: lastError.message,
          at: lastError.at,
          ...present({ execution: lastError.execution?.split(":").at(-1) }),
        },
      }),
    };
  }

  return {
    card,
    async detail(square) {
      const { objectKey, originalKey, contentType, bytes, attempts, claimedBy, claimedAt, updatedAt, corners } = square;
      return {
        ...(await card(square)),
        pictureUrl: await addresses.of(objectKey),
        ...(originalKey !== undefined && { originalUrl: await addresses.of(originalKey) }),
        attempts,
        ...present({ contentType, bytes, claimedBy: claimedBy?.split(":").at(-1), claimedAt, updatedAt, corners }),
        ...present({ sending: sendingOf(square) }),
      };
    },
  };
}

function onBluesky({ bluesky }: Square): SquareCard["bluesky"] {
  if (bluesky?.sharedAt !== undefined) return present({ url: bluesky.url });
  return bluesky?.lastError && { problem: bluesky.lastError.message };
}

function sendingOf(square: Square): Sending | undefined {
  const { tweetBody, sentAt, resends = 0, looks = 0 } = square;
  if (tweetBody === undefined && sentAt === undefined) return undefined;
  return { words: sentTextOf(square), resends, looks, ...present({ at: sentAt }) };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without undefined values, which JSON cannot express. */
const present = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
