import { createHash } from "node:crypto";
import { graphemes, maxGraphemes } from "@twobytwo/core/bluesky/text";
import * as v from "valibot";

export interface Post {
  rkey: string;
  cid: string;
  record: PostRecord;
}

export interface Upload {
  cid: string;
  contentType: string;
  bytes: Uint8Array;
}

/** One account's data: its records, and the pictures that they show or may come to show. */
export interface Repository {
  did: string;
  handle: string;
  posts: Map<string, Post>;
  blobs: Map<string, Upload>;
}

/** Refused, in the words of the protocol. */
export class XrpcError extends Error {
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, message: string) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

const BlobRef = v.looseObject({
  $type: v.literal("blob"),
  ref: v.object({ $link: v.string() }),
  mimeType: v.pipe(v.string(), v.startsWith("image/")),
  size: v.pipe(v.number(), v.maxValue(2_000_000)),
});
const PostRecord = v.looseObject({
  $type: v.literal("app.bsky.feed.post"),
  text: v.pipe(
    v.string(),
    v.check((text) => graphemes(text) <= maxGraphemes, "text must not be longer than 300 graphemes"),
    v.check((text) => Buffer.byteLength(text) <= 3_000, "text must not be longer than 3000 bytes"),
  ),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  facets: v.optional(
    v.array(
      v.looseObject({
        index: v.object({ byteStart: v.number(), byteEnd: v.number() }),
        features: v.array(v.looseObject({ $type: v.string() })),
      }),
    ),
  ),
  embed: v.optional(
    v.looseObject({
      images: v.pipe(v.array(v.looseObject({ alt: v.string(), image: BlobRef })), v.maxLength(4)),
    }),
  ),
});
export type PostRecord = v.InferOutput<typeof PostRecord>;

const tid = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;
const collection = "app.bsky.feed.post";

const uriOf = ({ did }: Pick<Repository, "did">, rkey: string) => `at://${did}/${collection}/${rkey}`;

const namedBy = ({ record }: Post) => (record.embed?.images ?? []).map(({ image }) => image.ref.$link);

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Of some bytes, as the protocol names them: version 1, raw, SHA-256. */
function cidOf(bytes: Uint8Array): string {
  const all = Buffer.concat([Buffer.from([1, 0x55, 0x12, 0x20]), createHash("sha256").update(bytes).digest()]);
  let [text, bits, value] = ["b", 0, 0];
  for (const byte of all) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += base32[(value >> (bits - 5)) & 31];
    value &= 0xff;
  }
  return bits > 0 ? text + base32[(value << (5 - bits)) & 31] : text;
}

export function uploadBlob(repository: Repository, contentType: string, bytes: Uint8Array): object {
  const cid = cidOf(bytes);
  repository.blobs.set(cid, { cid, contentType, bytes });
  return { blob: { $type: "blob", ref: { $link: cid }, mimeType: contentType, size: bytes.length } };
}

/** What is there already, of the same content, stays as it is. @throws XrpcError */
export function putRecord(repository: Repository, input: { rkey: string; record: unknown }): object {
  if (!tid.test(input.rkey))
    throw new XrpcError(400, "InvalidRequest", `Invalid record key for ${collection}: ${input.rkey}`);
  const parsed = v.safeParse(PostRecord, input.record);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new XrpcError(400, "InvalidRequest", `Invalid ${collection} record: ${v.getDotPath(issue)} ${issue.message}`);
  }
  const record = parsed.output;
  const post = { rkey: input.rkey, record, cid: cidOf(Buffer.from(JSON.stringify(record))) };
  for (const cid of namedBy(post))
    if (!repository.blobs.has(cid)) throw new XrpcError(400, "BlobNotFound", `Could not find blob: ${cid}`);
  repository.posts.set(input.rkey, post);
  return { uri: uriOf(repository, input.rkey), cid: post.cid };
}

/** @throws XrpcError where there is none. */
export function getRecord(repository: Repository, rkey: string): object {
  const post = repository.posts.get(rkey);
  const uri = uriOf(repository, rkey);
  if (post === undefined) throw new XrpcError(400, "RecordNotFound", `Could not locate record: ${uri}`);
  return { uri, cid: post.cid, value: post.record };
}

/** Takes along the pictures that no other record shows. One that is not there is no error. */
export function deleteRecord(repository: Repository, rkey: string): object {
  const post = repository.posts.get(rkey);
  repository.posts.delete(rkey);
  if (post === undefined) return {};
  const shown = new Set([...repository.posts.values()].flatMap(namedBy));
  for (const cid of namedBy(post)) if (!shown.has(cid)) repository.blobs.delete(cid);
  return {};
}

/** Newest first. */
export const listRecords = (repository: Repository): object => ({
  records: [...repository.posts.values()]
    .sort((one, other) => (one.rkey < other.rkey ? 1 : -1))
    .map(({ rkey, cid, record }) => ({ uri: uriOf(repository, rkey), cid, value: record })),
});
