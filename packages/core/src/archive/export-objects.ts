import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { factsName, type ObjectFacts, objectName } from "./format.ts";
import { padded, tarHeader } from "./tar.ts";

/** An archive that is being written; places in it are given away before they are filled. */
export interface ArchiveFile {
  handle: FileHandle;
  name: string;
  /** Bytes given away so far. */
  end: number;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** @returns where so many bytes go. */
export function reserve(archive: ArchiveFile, bytes: number): number {
  const at = archive.end;
  archive.end += bytes;
  return at;
}

/** @throws Rejected where the disk takes no more. */
export async function writeAt({ handle, name }: ArchiveFile, bytes: Uint8Array, position: number): Promise<void> {
  try {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TaskError("rejected", `${name} cannot be written to the end (${code}): make room on the disk.`, {
      cause: error,
    });
  }
}

/** Header, content and padding. */
function entryOf(archive: ArchiveFile, name: string, text: string): Buffer {
  const content = Buffer.from(text);
  const padding = Buffer.alloc(padded(content.length) - content.length);
  return Buffer.concat([tarHeader({ name, bytes: content.length, modified: archive.modified }), content, padding]);
}

export async function writeEntry(archive: ArchiveFile, name: string, text: string): Promise<void> {
  const entry = entryOf(archive, name, text);
  await writeAt(archive, entry, reserve(archive, entry.length));
}

/** Where an object and its facts go, known once S3 has said how large it is. */
interface Place {
  header: Buffer;
  at: number;
  eTag: string | undefined;
  bytes: number;
}

/**
 * Copies one object from the bucket into the archive, and its facts behind it. Several can be copied at once: each
 * has its place before its bytes arrive.
 *
 * @returns false where there is no such object.
 * @throws Rejected where it changed meanwhile; Retryable.
 */
export async function storeObject(
  ports: Pick<Ports, "bucket" | "random" | "sleep">,
  archive: ArchiveFile,
  key: string,
): Promise<boolean> {
  const { bucket } = ports;
  const name = `s3://${bucket.name}/${key}`;
  let place: Place | undefined;
  return persistently(ports, `Reading ${name}`, async () => {
    const answer = await read(ports, key, name);
    if (answer === undefined && place === undefined) return false;
    if (answer === undefined) throw replaced(name);
    const facts = factsOf(key, answer);
    // The facts are as long now as with the hash that is known at the end.
    place ??= placeOf(archive, facts, answer.ETag);
    if (answer.ETag !== place.eTag || facts.bytes !== place.bytes) {
      discard(answer);
      throw replaced(name);
    }
    const sha256 = await copy(archive, answer, place, name);
    await writeAt(archive, place.header, place.at);
    const padding = Buffer.alloc(padded(facts.bytes) - facts.bytes);
    const behind = Buffer.concat([padding, factsEntry(archive, { ...facts, sha256 })]);
    await writeAt(archive, behind, place.at + place.header.length + facts.bytes);
    return true;
  });
}

const replaced = (name: string) => new TaskError("rejected", `${name} was replaced during the export: export again.`);

async function read({ bucket }: Pick<Ports, "bucket">, key: string, name: string) {
  try {
    return await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined;
    if ((error as Error).name === "AccessDenied")
      throw new TaskError(
        "rejected",
        `${name} does not exist, or cannot be read: check the permissions of these credentials.`,
        {
          cause: error,
        },
      );
    throw error;
  }
}

function factsOf(key: string, answer: GetObjectCommandOutput): ObjectFacts {
  const { ContentLength: bytes = 0, Metadata = {} } = answer;
  const facts = {
    key,
    bytes,
    sha256: "0".repeat(64),
    contentType: answer.ContentType,
    cacheControl: answer.CacheControl,
    contentDisposition: answer.ContentDisposition,
    contentEncoding: answer.ContentEncoding,
    contentLanguage: answer.ContentLanguage,
    metadata: Object.keys(Metadata).length > 0 ? Metadata : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ObjectFacts;
}

const factsEntry = (archive: ArchiveFile, facts: ObjectFacts) =>
  entryOf(archive, factsName(facts.key), `${JSON.stringify(facts)}\n`);

function placeOf(archive: ArchiveFile, facts: ObjectFacts, eTag: string | undefined): Place {
  const { key, bytes } = facts;
  const header = tarHeader({ name: objectName(key), bytes, modified: archive.modified });
  const at = reserve(archive, header.length + padded(bytes) + factsEntry(archive, facts).length);
  return { header, at, eTag, bytes };
}

/** Not read to its end, the connection would stay busy. */
function discard({ Body }: GetObjectCommandOutput): void {
  if (Body !== undefined && "destroy" in Body) Body.destroy();
}

/** @returns the SHA-256 of what was copied. */
async function copy(archive: ArchiveFile, answer: GetObjectCommandOutput, place: Place, name: string): Promise<string> {
  const hash = createHash("sha256");
  let copied = 0;
  const start = place.at + place.header.length;
  for await (const piece of (answer.Body ?? []) as AsyncIterable<Buffer>) {
    // More than was said would be written over what follows.
    if (copied + piece.length > place.bytes) break;
    await writeAt(archive, piece, start + copied);
    hash.update(piece);
    copied += piece.length;
  }
  if (copied !== place.bytes)
    throw new TaskError("retryable", `${name} has ${copied} bytes instead of ${place.bytes}.`);
  return hash.digest("hex");
}
