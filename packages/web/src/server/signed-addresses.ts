import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { WebPorts } from "./ports.ts";

const hour = 60 * 60 * 1000;
/** Addresses are signed as at the last full six hours, so that they stay the same until the next. */
const windowMs = 6 * hour;
/** Good for one window more: a page that was opened just before the next still shows its pictures. */
const lifeMs = 2 * windowMs;
/** A wall of 10,000 squares and then some; a few hundred bytes each. */
const mostKept = 20_000;

/** Addresses in the bucket that a browser may read from for some hours. */
export interface SignedAddresses {
  /** The same address for the same key within a window of six hours. */
  of(key: string): Promise<string>;
  /** Scheme and host of them all. */
  origin(): Promise<string>;
}

export function createSignedAddresses({ bucket, clock }: Pick<WebPorts, "bucket" | "clock">): SignedAddresses {
  let kept = { window: Number.NaN, addresses: new Map<string, Promise<string>>() };
  let origin: Promise<string> | undefined;
  const of = (key: string) => {
    const window = Math.floor(clock() / windowMs);
    if (kept.window !== window || kept.addresses.size >= mostKept) kept = { window, addresses: new Map() };
    const known = kept.addresses.get(key);
    if (known !== undefined) return known;
    const address = getSignedUrl(bucket.client, new GetObjectCommand({ Bucket: bucket.name, Key: key }), {
      signingDate: new Date(window * windowMs),
      expiresIn: lifeMs / 1000,
    });
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
