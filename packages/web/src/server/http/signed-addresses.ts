import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { madeFolders } from "@twobytwo/core/adding/objects";
import type { WebPorts } from "./ports.ts";

const hour = 60 * 60 * 1000;
/** Addresses are signed as of the start of a six-hour window, so that they stay the same within it. */
const windowMs = 6 * hour;
/** Valid for another window, so that a page opened at the end of one still shows its pictures. */
const lifeMs = 2 * windowMs;
/** Originals contain where they were taken. Their addresses expire soon, so that one found later in a history or a log is useless. */
const briefMs = 5 * 60 * 1000;
/** Enough for a wall of 10,000 squares; a few hundred bytes each. */
const mostKept = 20_000;

/** Addresses in the bucket that a browser may read from. */
export interface SignedAddresses {
  /** For posted pictures and thumbnails the same address for six hours; for everything else a new one, valid for five minutes. */
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
