/** A post that X has accepted. */
export interface Posted {
  at: number;
  id: string;
  /** What its picture shows. */
  shows: string;
  execution: string;
  text: string;
  altText: string | undefined;
  picture: string | undefined;
}

/** Somebody said, knowing the account, that a picture may be posted once more. */
export interface Allowance {
  at: number;
  shows: string;
}

const words = (at: number) => new Date(at).toISOString();

/** Each picture is out once, and once more for each time a person said so. */
export function postedTwice(posts: readonly Posted[], allowances: readonly Allowance[]): string[] {
  return [...new Set(posts.map(({ shows }) => shows))].flatMap((shows) => {
    const events = [
      ...posts.filter((post) => post.shows === shows).map((post) => ({ at: post.at, post })),
      ...allowances.filter((one) => one.shows === shows).map(({ at }) => ({ at, post: undefined })),
    ].sort((a, b) => a.at - b.at);
    let allowed = 1;
    let count = 0;
    const found: string[] = [];
    for (const { at, post } of events) {
      if (post === undefined) allowed = Math.max(allowed, count + 1);
      else {
        count += 1;
        if (count > allowed) found.push(`twice: ${shows} is posted again at ${words(at)} as ${post.id}`);
      }
    }
    return found;
  });
}

/** A slot, and a run without one, posts once at most. */
export function slotsUsedTwice(posts: readonly Posted[], slotOf: (execution: string) => string | undefined): string[] {
  const used = new Map<string, number>();
  for (const { execution } of posts) {
    const slot = slotOf(execution) ?? execution;
    used.set(slot, (used.get(slot) ?? 0) + 1);
  }
  return [...used].filter(([, count]) => count > 1).map(([slot, count]) => `slot: ${slot} has posted ${count} times`);
}

export interface Claimed {
  text: string;
  altText: string | undefined;
  picture: string | undefined;
}

/** What went out is what the row said when it was claimed. */
export function wrongWords(post: Posted, claimed: Claimed | undefined): string[] {
  if (claimed === undefined) return [`words: ${post.shows} was posted, and nobody had claimed it`];
  return (["text", "altText", "picture"] as const)
    .filter((name) => (post[name] ?? "") !== (claimed[name] ?? ""))
    .map(
      (name) =>
        `words: ${post.shows} went out with the ${name} ${JSON.stringify(post[name])}, and the row said ${JSON.stringify(claimed[name])}`,
    );
}

/** A square that waits at the moment of a claim. */
export interface Waiting {
  id: string;
  place: string;
  /** Since when it waits at this place. */
  since: number;
}

/**
 * A claim takes what stands first in the queue, as far as an index that lags can know: nothing has stood before it for longer.
 *
 * @param claim with the places that it had within that time.
 */
export function outOfOrder(
  claim: { at: number; id: string; places: readonly string[] },
  waiting: readonly Waiting[],
  windowMs: number,
): string[] {
  const first = waiting.find(
    ({ id, place, since }) =>
      id !== claim.id && since <= claim.at - windowMs && claim.places.every((own) => place < own),
  );
  if (first === undefined) return [];
  return [`order: ${claim.id} was claimed at ${words(claim.at)}, and ${first.id} stood before it in the queue`];
}
