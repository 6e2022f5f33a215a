import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebPorts } from "../http/ports.ts";
import { readWebKey } from "../http/web-key.ts";
import { challengeMs, spendChallenge } from "./challenges.ts";

/**
 * Challenges for signing in. Anyone can ask for one, so they are not stored: each carries its expiry and our signature. Only one that a
 * known passkey has signed is written down, so that it works once.
 */
export interface SignedChallenges {
  /** @returns base64url */
  make(): Promise<string>;
  /** Whether it is ours and has not expired. Reads nothing from the table but, once, the key. */
  isOurs(challenge: string): Promise<boolean>;
  /** Uses it up. @returns false if it was used before. */
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
    // The prefix separates it from everything else that the key signs.
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
      // Strict, because another spelling of the same bytes would work a second time.
      if (bytes.length !== wholeLength || bytes.toString("base64url") !== challenge) return false;
      if (bytes.readUIntBE(randomLength, timeLength) <= clock()) return false;
      return timingSafeEqual(bytes.subarray(-signatureLength), await sign(bytes.subarray(0, -signatureLength)));
    },
    spend: (challenge) => spendChallenge(table, { challenge, now: clock() }),
  };
}

/** The challenge in a browser's answer; undefined if there is none. */
export function challengeIn(response: Readonly<Record<string, unknown>>): string | undefined {
  try {
    const { clientDataJSON } = response["response"] as { clientDataJSON: string };
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString()) as { challenge?: unknown };
    return typeof challenge === "string" ? challenge : undefined;
  } catch {
    return undefined;
  }
}
