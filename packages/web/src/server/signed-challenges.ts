import { createHmac, timingSafeEqual } from "node:crypto";
import { challengeMs, spendChallenge } from "./challenges.ts";
import type { WebPorts } from "./ports.ts";
import { readWebKey } from "./web-key.ts";

/**
 * Challenges to sign in with. Whoever asks gets one, so they are kept nowhere: each carries the time of its end and our
 * signature. Only one that a known passkey has signed is written down, so that it is good once.
 */
export interface SignedChallenges {
  /** @returns base64url */
  make(): Promise<string>;
  /** Whether it is one of ours whose time has not come; asks the table for nothing but, once, the key. */
  isOurs(challenge: string): Promise<boolean>;
  /** Takes it, so that nobody can answer it again. @returns false where it was taken before. */
  spend(challenge: string): Promise<boolean>;
}

const randomLength = 16;
const timeLength = 6;
const signatureLength = 32;
const wholeLength = randomLength + timeLength + signatureLength;

export function createSignedChallenges(ports: Pick<WebPorts, "table" | "randomBytes" | "clock">): SignedChallenges {
  const { table, randomBytes, clock } = ports;
  let key: Promise<Uint8Array> | undefined;
  const sign = async (signed: Uint8Array) => {
    key ??= readWebKey(ports).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    // The words keep it apart from whatever else the key signs.
    return createHmac("sha256", await key)
      .update("a challenge to sign in\n")
      .update(signed)
      .digest();
  };
  return {
    async make() {
      const signed = Buffer.alloc(randomLength + timeLength);
      signed.set(randomBytes(randomLength));
      signed.writeUIntBE(clock() + challengeMs, randomLength, timeLength);
      return Buffer.concat([signed, await sign(signed)]).toString("base64url");
    },
    async isOurs(challenge) {
      const bytes = Buffer.from(challenge, "base64url");
      // Read strictly: the same bytes in another spelling would be good a second time.
      if (bytes.length !== wholeLength || bytes.toString("base64url") !== challenge) return false;
      if (bytes.readUIntBE(randomLength, timeLength) <= clock()) return false;
      return timingSafeEqual(bytes.subarray(-signatureLength), await sign(bytes.subarray(0, -signatureLength)));
    },
    spend: (challenge) => spendChallenge(table, { challenge, now: clock() }),
  };
}

/** The challenge that an answer of a browser says to sign; undefined where it says none. */
export function challengeIn(response: Readonly<Record<string, unknown>>): string | undefined {
  try {
    const { clientDataJSON } = response["response"] as { clientDataJSON: string };
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString()) as { challenge?: unknown };
    return typeof challenge === "string" ? challenge : undefined;
  } catch {
    return undefined;
  }
}
