import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseKept } from "../saved-state.ts";
import { type Body, type Received, receive } from "./body.ts";
import type { Checksum, ChecksumAlgorithm } from "./checksums.ts";
import { failure } from "./errors.ts";

/** One object as its sidecar keeps it. */
export interface StoredObject {
  key: string;
  size: number;
  /** Without quotes. */
  eTag: string;
  /** Milliseconds since the Unix epoch. */
  lastModified: number;
  /** Content-Type and the like, by lower-case name, values as on the wire. */
  headers: Record<string, string>;
  /** User metadata by name without `x-amz-meta-`. */
  metadata: Record<string, string>;
  checksum?: Checksum;
  /** Name of the file with its bytes. */
  data: string;
}

export interface Bucket {
  name: string;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
  /** Documents of the bucket's subresources, as they were put. */
  settings: Record<string, string>;
  directory: string;
  objects: Map<string, StoredObject>;
  uploads: Map<string, Upload>;
  /** Keys in UTF-8 order, until one is added or removed. */
  order?: string[] | undefined;
  /** Ends when every change so far is on disk. */
  turn: Promise<unknown>;
}

export interface Store {
  directory: string;
  buckets: Map<string, Bucket>;
  isClosed: boolean;
}

/** A body on disk that belongs to no object yet. */
export interface Staged extends Received {
  path: string;
}

/** An object that is still being put together, in memory: no client of ours goes on with one after a restart. */
export interface Upload extends Pick<StoredObject, "key" | "headers" | "metadata"> {
  /** Of the checksum that the whole will have. */
  algorithm?: ChecksumAlgorithm;
  parts: Map<number, Staged>;
}

const bucketPrefix = "bucket-";

/**
 * Opens the objects under `directory`. A sidecar names the file with the bytes and is renamed into place last,
 * so whatever a killed process left behind is either in force or swept away here.
 */
export async function openStore(directory: string): Promise<Store> {
  const store: Store = { directory, buckets: new Map(), isClosed: false };
  await rm(join(directory, "incoming"), { recursive: true, force: true });
  await mkdir(join(directory, "incoming"), { recursive: true });
  for (const name of readdirSync(directory).filter((name) => name.startsWith(bucketPrefix))) {
    const path = join(directory, name);
    const files = readdirSync(path);
    if (!files.includes("bucket.json")) {
      await rm(path, { recursive: true });
      continue;
    }
    const facts = readJson<Pick<Bucket, "name" | "createdAt" | "settings">>(join(path, "bucket.json"));
    const bucket = newBucket({ ...facts, directory: path });
    const objectFiles = readdirSync(join(path, "objects"));
    for (const file of objectFiles.filter((file) => file.endsWith(".json"))) {
      const object = readJson<StoredObject>(join(path, "objects", file));
      bucket.objects.set(object.key, object);
    }
    const used = new Set([...bucket.objects.values()].map((object) => object.data));
    const unused = objectFiles.filter((file) => !file.endsWith(".json") && !used.has(file));
    for (const file of unused) await rm(join(path, "objects", file));
    store.buckets.set(bucket.name, bucket);
  }
  return store;
}

export function newBucket(facts: Pick<Bucket, "name" | "createdAt" | "settings" | "directory">): Bucket {
  return { ...facts, objects: new Map(), uploads: new Map(), turn: Promise.resolve() };
}

/** Lets no further change begin, and ends when those under way are on disk. */
export async function closeStore(store: Store): Promise<void> {
  store.isClosed = true;
  await Promise.all([...store.buckets.values()].map((bucket) => bucket.turn));
}

export function findBucket(store: Store, name: string): Bucket {
  const bucket = store.buckets.get(name);
  if (bucket) return bucket;
  throw noSuchBucket();
}

export function findObject(bucket: Bucket, key: string): StoredObject {
  const object = bucket.objects.get(key);
  if (object) return object;
  throw failure("NoSuchKey", "The specified key does not exist.");
}

/** Changes of one bucket happen one after the other: that makes a condition and the write after it one step. */
export async function inTurn<T>(store: Store, bucket: Bucket, change: () => Promise<T>): Promise<T> {
  const result = bucket.turn.then(() => {
    if (store.isClosed) throw failure("ServiceUnavailable", "The sandbox is shutting down");
    if (store.buckets.get(bucket.name) !== bucket) throw noSuchBucket();
    return change();
  });
  // Whoever made the change hears of its failure; the next one in the queue need not.
  bucket.turn = result.catch(() => {});
  return result;
}

/** Writes a body beside the objects, where nothing refers to it. */
export async function stage(store: Store, body: Body): Promise<Staged> {
  const received = await receive(body);
  const path = stagingPath(store);
  try {
    await writeFile(path, body.bytes);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { ...received, path };
}

/** Removes a staged body that did not become an object; does nothing when it did. */
export async function discard(staged: Pick<Staged, "path">): Promise<void> {
  await rm(staged.path, { force: true });
}

/**
 * Puts a staged body in force as an object, or throws what `check` throws about the object there is now.
 * Call it in turn, and discard the staged body afterwards.
 */
export async function commit(
  store: Store,
  bucket: Bucket,
  staged: Pick<Staged, "path">,
  input: { object: Omit<StoredObject, "data">; check?: (current: StoredObject | undefined) => void },
): Promise<StoredObject> {
  const current = bucket.objects.get(input.object.key);
  input.check?.(current);
  const data = `${hashOf(input.object.key)}.${randomBytes(8).toString("hex")}`;
  await rename(staged.path, objectPath(bucket, data));
  const object = { ...input.object, data };
  await writeJson(store, objectPath(bucket, `${hashOf(object.key)}.json`), object);
  bucket.objects.set(object.key, object);
  if (current) await rm(objectPath(bucket, current.data), { force: true });
  else bucket.order = undefined;
  return object;
}

/** Removes an object, if there is one; call it in turn. */
export async function removeObject(bucket: Bucket, key: string): Promise<void> {
  const object = bucket.objects.get(key);
  if (!object) return;
  await rm(objectPath(bucket, `${hashOf(key)}.json`));
  bucket.objects.delete(key);
  bucket.order = undefined;
  await rm(objectPath(bucket, object.data), { force: true });
}

export async function readObject(bucket: Bucket, key: string): Promise<{ object: StoredObject; bytes: Buffer }> {
  for (;;) {
    const object = findObject(bucket, key);
    try {
      return { object, bytes: await readFile(objectPath(bucket, object.data)) };
    } catch (error) {
      // Replaced between the two lines above: the new object has a file of its own.
      if (bucket.objects.get(key) === object) throw error;
    }
  }
}

/** Writes a small file so that a reader finds all of the old one or all of the new one. */
export async function writeJson(store: Store, path: string, value: unknown): Promise<void> {
  const draft = stagingPath(store);
  await writeFile(draft, JSON.stringify(value));
  await rename(draft, path);
}

const readJson = <T>(path: string): T => parseKept(readFileSync(path, "utf8"), path);

export const stagingPath = (store: Store) => join(store.directory, "incoming", randomBytes(12).toString("hex"));

export const bucketDirectory = (store: Store, name: string) => join(store.directory, bucketPrefix + name);

function noSuchBucket(): Error {
  return failure("NoSuchBucket", "The specified bucket does not exist");
}

const objectPath = (bucket: Bucket, name: string) => join(bucket.directory, "objects", name);

const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");
