import { createHash, randomBytes } from "node:crypto";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Body } from "./body.ts";
import { type Checksum, type ChecksumAlgorithm, compareChecksum, createDigest } from "./checksums.ts";
import { failure } from "./errors.ts";
import type { ObjectFacts } from "./object-facts.ts";
import {
  type Bucket,
  commit,
  discard,
  inTurn,
  readJson,
  type Store,
  type StoredObject,
  stage,
  stagingPath,
  writeJson,
} from "./store.ts";

/** An object that is still being put together. */
export interface Upload {
  id: string;
  key: string;
  facts: ObjectFacts;
  checksum?: { algorithm: ChecksumAlgorithm; type: Checksum["type"] };
}

interface Part {
  number: number;
  size: number;
  /** Without quotes. */
  eTag: string;
  lastModified: number;
  checksum?: Checksum;
  /** Name of the file with its bytes. */
  data: string;
}

/** A part as the client names it when it completes the upload. */
export interface NamedPart {
  number: number;
  eTag: string;
  /** Base64, where the client gives it. */
  checksum?: string;
}

const idForm = /^[0-9a-f]{32}$/;
const smallestPart = 5 * 1024 ** 2;

export async function createUpload(store: Store, bucket: Bucket, input: Omit<Upload, "id">): Promise<Upload> {
  const upload = { ...input, id: randomBytes(16).toString("hex") };
  await inTurn(store, bucket, async () => {
    await mkdir(directoryOf(bucket, upload), { recursive: true });
    await writeJson(store, join(directoryOf(bucket, upload), "upload.json"), upload);
  });
  return upload;
}

/** @throws NoSuchUpload also for an upload of another key */
export function findUpload(bucket: Bucket, input: { id: string; key: string }): Upload {
  const path = join(directoryOf(bucket, input), "upload.json");
  // The form of the id is what keeps a path out of it.
  if (idForm.test(input.id) && existsSync(path)) {
    const upload = readJson<Upload>(path);
    if (upload.key === input.key) return upload;
  }
  throw failure(
    "NoSuchUpload",
    "The specified multipart upload does not exist; it may have been aborted or completed.",
  );
}

/** Takes a part in; an earlier one of that number is replaced. */
export async function putPart(
  store: Store,
  bucket: Bucket,
  input: { upload: Upload; number: number; body: Body; now: number },
): Promise<Part> {
  const { upload, number, body } = input;
  const wanted = upload.checksum?.algorithm;
  const given = body.promise.checksum?.algorithm ?? body.promise.wanted;
  if (wanted && given && wanted !== given) {
    throw failure(
      "InvalidRequest",
      `Checksum Type mismatch occurred, expected checksum Type: ${wanted}, actual: ${given}`,
    );
  }
  const promise = wanted && !given ? { ...body.promise, wanted } : body.promise;
  const staged = await stage(store, { ...body, promise });
  const { size, md5: eTag, checksum } = staged;
  const data = `part.${randomBytes(8).toString("hex")}`;
  const part = { number, size, eTag, lastModified: input.now, data, ...(checksum ? { checksum } : {}) };
  try {
    await inTurn(store, bucket, async () => {
      findUpload(bucket, upload);
      await rename(staged.path, join(directoryOf(bucket, upload), data));
      await writeJson(store, join(directoryOf(bucket, upload), `${number}.json`), part);
    });
  } finally {
    await discard(staged);
  }
  return part;
}

/** The parts there are, by number. */
function partsOf(bucket: Bucket, upload: Upload): Part[] {
  const files = readdirSync(directoryOf(bucket, upload)).filter((file) => /^\d+\.json$/.test(file));
  const parts = files.map((file) => readJson<Part>(join(directoryOf(bucket, upload), file)));
  return parts.sort((a, b) => a.number - b.number);
}

/** Throws the parts away. */
export async function abortUpload(store: Store, bucket: Bucket, input: { id: string; key: string }): Promise<void> {
  await inTurn(store, bucket, () => removeUpload(store, bucket, findUpload(bucket, input)));
}

/**
 * Joins the named parts into an object and ends the upload.
 * @throws InvalidPart, InvalidPartOrder, EntityTooSmall, BadDigest, and what `check` throws about the object there is
 */
export async function completeUpload(
  store: Store,
  bucket: Bucket,
  input: {
    upload: Upload;
    parts: readonly NamedPart[];
    now: number;
    /** What the client says the whole has: bytes, and a checksum in base64. */
    size?: number;
    checksum?: Omit<Checksum, "type">;
    check: (current: StoredObject | undefined) => void;
  },
): Promise<StoredObject> {
  const { upload, now } = input;
  return await inTurn(store, bucket, async () => {
    findUpload(bucket, upload);
    const parts = chooseParts(partsOf(bucket, upload), input.parts);
    const wanted = upload.checksum?.type === "FULL_OBJECT" ? { wanted: upload.checksum.algorithm } : {};
    const staged = await stage(
      store,
      { pieces: piecesOf(bucket, upload, parts), promise: wanted },
      Number.MAX_SAFE_INTEGER,
    );
    try {
      if (input.size !== undefined && input.size !== staged.size) {
        throw failure("InvalidRequest", "The provided 'x-amz-mp-object-size' header does not match what was computed.");
      }
      const checksum = staged.checksum ?? (await compositeOf(upload, parts));
      if (input.checksum && checksum) compareChecksum(input.checksum, checksum.value);
      const eTag = joinedETag(parts);
      const facts = { ...upload.facts, key: upload.key, size: staged.size, eTag, lastModified: now };
      const object = { ...facts, ...(checksum ? { checksum } : {}) };
      const committed = await commit(store, bucket, staged, { object, check: input.check });
      await removeUpload(store, bucket, upload);
      return committed;
    } finally {
      await discard(staged);
    }
  });
}

function chooseParts(there: readonly Part[], named: readonly NamedPart[]): Part[] {
  if (named.some(({ number }, at) => number <= (named[at - 1]?.number ?? 0))) {
    throw failure("InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  return named.map(({ number, eTag, checksum }, at) => {
    const part = there.find((part) => part.number === number);
    const isRight = part?.eTag === eTag && (checksum === undefined || checksum === part.checksum?.value);
    if (!part || !isRight) {
      throw failure("InvalidPart", "One or more of the specified parts could not be found, or it does not match.");
    }
    if (part.size < smallestPart && at < named.length - 1) {
      throw failure("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    }
    return part;
  });
}

async function* piecesOf(bucket: Bucket, upload: Upload, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* createReadStream(join(directoryOf(bucket, upload), part.data));
}

/** S3's ETag of a multipart object: the MD5 of its parts' MD5s, and how many they are. */
function joinedETag(parts: readonly Part[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part.eTag, "hex");
  return `${hash.digest("hex")}-${parts.length}`;
}

/** Checksum of the checksums of the parts; `putPart` has given each of them one. */
async function compositeOf(upload: Upload, parts: readonly Part[]): Promise<Checksum | undefined> {
  const algorithm = upload.checksum?.algorithm;
  if (!algorithm) return undefined;
  const digest = createDigest(algorithm);
  for (const part of parts) digest.update(Buffer.from(part.checksum?.value ?? "", "base64"));
  return {
    algorithm,
    value: `${Buffer.from(await digest.digest()).toString("base64")}-${parts.length}`,
    type: "COMPOSITE",
  };
}

async function removeUpload(store: Store, bucket: Bucket, upload: Upload): Promise<void> {
  // Renamed first, so that a killed process leaves all of an upload or none of it.
  const grave = stagingPath(store);
  await rename(directoryOf(bucket, upload), grave);
  await rm(grave, { recursive: true, force: true });
}

function directoryOf(bucket: Bucket, upload: Pick<Upload, "id">): string {
  return join(bucket.directory, "uploads", upload.id);
}
