import { createHash } from "node:crypto";

/** Gives so many bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;

/** What only one browser or one invited person knows: 256 bits, as base64url. */
export const newSecret = (randomBytes: RandomBytes) => Buffer.from(randomBytes(32)).toString("base64url");

/** What the table keeps of a secret: who reads the table cannot use it. Hex. */
export const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** The attribute by which DynamoDB deletes a row; up to two days late, so every reader looks at the time itself. */
export const ttlOf = (ms: number) => Math.ceil(ms / 1000);
