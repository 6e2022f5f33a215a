import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { region } from "../names.ts";
import { branch, leaf } from "../xml.ts";
import { receiveText } from "./body.ts";
import { readRules } from "./cors.ts";
import { malformed } from "./documents.ts";
import { failure } from "./errors.ts";
import { bodyOf, bucketOf, type Exchange, type Operation, type Reply, xmlReply } from "./exchange.ts";
import { type Bucket, bucketDirectory, inTurn, newBucket, type Store, stagingPath, writeJson } from "./store.ts";

const nameForm = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export async function listBuckets(exchange: Exchange): Promise<Reply> {
  const buckets = [...exchange.store.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return xmlReply(
    "ListAllMyBucketsResult",
    branch("Owner", leaf("ID", "sandbox")),
    branch(
      "Buckets",
      ...buckets.map((bucket) =>
        branch("Bucket", leaf("Name", bucket.name), leaf("CreationDate", new Date(bucket.createdAt).toISOString())),
      ),
    ),
  );
}

/** Making a bucket again is an error here in every region; in us-east-1 S3 would let it pass. */
export async function createBucket(exchange: Exchange): Promise<Reply> {
  const { store, target } = exchange;
  const name = target.bucket;
  if (!nameForm.test(name)) {
    throw failure("InvalidBucketName", "The specified bucket is not valid.");
  }
  // A bucket of this region needs no configuration.
  const wanted = await receiveText(bodyOf(exchange));
  if (wanted !== "") throw failure("NotImplemented", `The sandbox is in ${region} alone, not in ${wanted}`);
  if (store.buckets.has(name)) {
    throw failure("BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded.");
  }
  await makeBucket(store, { name, createdAt: exchange.trust.clock() });
  return { status: 200, headers: { location: `/${name}` } };
}

export async function headBucket(exchange: Exchange): Promise<Reply> {
  bucketOf(exchange);
  return { status: 200, headers: { "x-amz-bucket-region": region } };
}

export async function deleteBucket(exchange: Exchange): Promise<Reply> {
  const { store } = exchange;
  const bucket = bucketOf(exchange);
  await inTurn(store, bucket, async () => {
    if (bucket.objects.size > 0) {
      throw failure("BucketNotEmpty", "The bucket you tried to delete is not empty");
    }
    // Renamed first, so that a killed process leaves all of the bucket or none of it.
    const grave = stagingPath(store);
    await rename(bucket.directory, grave);
    store.buckets.delete(bucket.name);
    await rm(grave, { recursive: true, force: true });
  });
  return { status: 204 };
}

async function makeBucket(store: Store, facts: Pick<Bucket, "name" | "createdAt">): Promise<void> {
  if (store.isClosed) throw failure("ServiceUnavailable", "The sandbox is shutting down");
  const directory = bucketDirectory(store, facts.name);
  const bucket = newBucket({ ...facts, settings: {}, directory });
  // Known from now on, so that two requests cannot make it twice; what is done with it waits its turn.
  store.buckets.set(facts.name, bucket);
  const made = (async () => {
    await mkdir(join(directory, "objects"), { recursive: true });
    await saveBucket(store, bucket);
  })();
  bucket.turn = made.catch(() => store.buckets.delete(facts.name));
  await made;
}

/** Writes what is known about a bucket besides its objects; call it in turn. */
async function saveBucket(store: Store, bucket: Bucket): Promise<void> {
  const { name, createdAt, settings } = bucket;
  await writeJson(store, join(bucket.directory, "bucket.json"), { name, createdAt, settings });
}

const JsonText = v.pipe(v.string(), v.parseJson());

/** What a deployment puts on a bucket: the query parameter, what IAM calls it, and what finds it malformed. */
const settings: Readonly<Record<string, { action: string; check?: (source: string) => void }>> = {
  cors: { action: "PutBucketCORS", check: readRules },
  publicAccessBlock: { action: "PutBucketPublicAccessBlock" },
  policy: {
    action: "PutBucketPolicy",
    check(source) {
      if (!v.is(JsonText, source)) throw malformed();
    },
  },
};

/** Settings are kept, and of them only `cors` has an effect: nothing here is public, and no policy is weighed. */
export const settingRoutes = Object.entries(settings).map(([name, { action, check }]) => {
  const run: Operation = async (exchange) => {
    const bucket = bucketOf(exchange);
    const source = await receiveText(bodyOf(exchange));
    check?.(source);
    await inTurn(exchange.store, bucket, () => {
      bucket.settings = { ...bucket.settings, [name]: source };
      return saveBucket(exchange.store, bucket);
    });
    return { status: name === "policy" ? 204 : 200 };
  };
  return { level: "bucket", needs: [name], method: "PUT", action, run } as const;
});
