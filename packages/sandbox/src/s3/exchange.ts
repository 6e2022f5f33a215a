import type { Call } from "../emulator.ts";
import { type Body, signedBody } from "./body.ts";
import { document } from "./documents.ts";
import { failure } from "./errors.ts";
import type { Signed, Trust } from "./signature.ts";
import { type Bucket, findBucket, type Store, type StoredObject } from "./store.ts";
import type { Target } from "./target.ts";

/** One request under way, as every operation gets it. */
export interface Exchange {
  store: Store;
  trust: Trust;
  sent: Buffer;
  target: Target;
  /** Absent on a POST form, which is signed by one of its fields. */
  signed?: Signed;
  /** Shows a call to the intercept; ends, or throws, before anything takes effect. */
  admit(call: Pick<Call, "operation" | "accessKeyId" | "resource">): Promise<void>;
  /** Tells the host of the server that an object is in force. */
  created(bucket: Bucket, object: StoredObject): void;
}

/** An answer, not yet sent: a text, or the bytes of an object. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

/** What a route does once the request is known to be signed and admitted. */
export type Operation = (exchange: Exchange) => Promise<Reply>;

export function bucketOf(exchange: Exchange): Bucket {
  return findBucket(exchange.store, exchange.target.bucket);
}

/** The body of a request that was signed by header or query. */
export function bodyOf(exchange: Exchange): Body {
  if (!exchange.signed) throw failure("AccessDenied", "Access Denied: the request is not signed");
  return signedBody(exchange.sent, exchange.target.headers, exchange.signed);
}

export function xmlReply(root: string, ...children: readonly string[]): Reply {
  return { status: 200, headers: { "content-type": "application/xml" }, body: document(root, ...children) };
}

export const quoted = (eTag: string) => `"${eTag}"`;
