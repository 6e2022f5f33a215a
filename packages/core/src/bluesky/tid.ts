/** Base32 in an order in which texts sort like the numbers; atproto.com/specs/tid. */
const digits = "234567abcdefghijklmnopqrstuvwxyz";

/** Milliseconds at which X began to count the time in its ids. */
const xEpoch = 1_288_834_974_657n;

/**
 * The key of the record that belongs to a post of X, a TID: microseconds since 1970 and ten more bits, both taken from X's id. It
 * follows from the post alone, so that a row that was lost and restored leads to the same record.
 *
 * The library for TIDs would bring native code for a clock that is not needed here.
 */
export function tidOf(tweetId: string): string {
  const id = BigInt(tweetId);
  const [time, rest] = [(id >> 22n) + xEpoch, id & 0x3fffffn];
  let number = ((time * 1000n + (rest % 1000n)) << 10n) | ((rest / 1000n) & 0x3ffn);
  let tid = "";
  for (let place = 0; place < 13; place += 1) {
    tid = digits[Number(number & 31n)] + tid;
    number >>= 5n;
  }
  return tid;
}

/** Collection of posts in an account's repository. */
export const collection = "app.bsky.feed.post";

/** The address of the post that belongs to a post of X. @param account DID */
export const postIdOf = (account: string, tweetId: string): string => `at://${account}/${collection}/${tidOf(tweetId)}`;
