import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { madeFolders } from "@twobytwo/core/adding/objects";
import type { WebPorts } from "./ports.ts";

const hour = 60 * 60 * 1000;
/** Addresses are signed as at the last full six hours, so that they stay the same until the next. */
const windowMs = 6 * hour;
/** Good for one window more: a page that was opened just before the next still shows its pictures. */
const lifeMs = 2 * windowMs;
/**
 * Everything else, an original above all, has the place where it was taken in it: its address is for opening it now, and
 * whoever finds it later, in a history or a log, finds nothing.
 */
const briefMs = 5 * 60 * 1000;
/** A wall of 10,000 squares and then some; a few hundred bytes each. */
const mostKept = 20_000;

/** Addresses in the bucket that a browser may read from. */
export interface SignedAddresses {
  /** For what is posted and its thumbnail, the same within a window of six hours; for everything else a new one, good for five minutes. */
  of(key: string): Promise<string>;
  /** Scheme and host of them all. */
  origin(): Promise<string>;
}

const isMade = (key: string) => Object.values(madeFolders).some((folder) => key.startsWith(folder));

export function createSignedAddresses({ bucket, clock }: Pick<WebPorts, "bucket" | "clock">): SignedAddresses {
  let kept = { window: Number.NaN, addresses: new Map<string, Promise<string>>() };
  let origin: Promise<string> | undefined;
  const sign = (key: string, { from, forMs }: { from: number; forMs: number }) =>
    getSignedUrl(bucket.client, new GetObjectCommand({ Bucket: bucket.name, Key: key }), {
      signingDate: new Date(from),
      expiresIn: forMs / 1000,
    });
  const of = (key: string) => {
    if (!isMade(key)) return sign(key, { from: clock(), forMs: briefMs });
    const window = Math.floor(clock() / windowMs);
    if (kept.window !== window || kept.addresses.size >= mostKept) kept = { window, addresses: new Map() };
    const known = kept.addresses.get(key);
    if (known !== undefined) return known;
    const address = sign(key, { from: window * windowMs, forMs: lifeMs });
    kept.addresses.set(key, address);
    return address;
  };
  return {
    of,
    origin() {
      origin ??= of("-").then((address) => new URL(address).origin);
      return origin;
    },
  };
}
