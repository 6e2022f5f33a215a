import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { Clock } from "@twobytwo/core/clock";
import { inboxFolder } from "@twobytwo/core/inbox/keys";
import type { InvokeResult } from "./lambda/result.ts";
import { account, names, region } from "./names.ts";
import type { ObjectCreated } from "./s3/server.ts";

export interface InboxOptions {
  /** Invokes the function `ingest` with an event of EventBridge. */
  invoke: (event: unknown) => Promise<InvokeResult>;
  clock: Clock;
  randomUuid: () => string;
  /** How long a second between two attempts lasts; 1 unless given. */
  waitScale?: number;
  /** The bucket; that of the sandbox unless given. */
  bucket?: string;
  /** A file that stays in the inbox, as every attempt at it has failed. */
  onGivenUp?: (text: string) => void;
}

export type Inbox = ReturnType<typeof createInbox>;

/** A function with reserved concurrency: events beyond wait in the queue, as they do on AWS. */
const concurrency = 2;
/** Seconds before the second and the third attempt, as Lambda has them for events; docs.aws.amazon.com, "Asynchronous invocation". */
const pauses = [60, 120];

/** S3's events through EventBridge to a function that is invoked asynchronously: each arrives at least once. */
export function createInbox(options: InboxOptions) {
  const { waitScale = 1, bucket = names.bucket } = options;
  const queue: { event: ReturnType<typeof eventOf>; attempt: number }[] = [];
  const pausing = new Set<NodeJS.Timeout>();
  const idlers: (() => void)[] = [];
  let running = 0;
  let closed = false;

  function next(): void {
    while (!closed && running < concurrency) {
      const delivery = queue.shift();
      if (delivery === undefined) break;
      running += 1;
      void deliver(delivery.event, delivery.attempt).finally(() => {
        running -= 1;
        next();
      });
    }
    if (closed || (running === 0 && queue.length === 0 && pausing.size === 0))
      for (const resolve of idlers.splice(0)) resolve();
  }

  /** Never rejects. */
  async function deliver(event: ReturnType<typeof eventOf>, attempt: number): Promise<void> {
    const failure = await options.invoke(event).then(
      (result) => ("error" in result ? `${result.error.errorType}: ${result.error.errorMessage}` : undefined),
      (error: unknown) => String(error),
    );
    if (failure === undefined || closed) return;
    const pause = pauses[attempt];
    if (pause === undefined) {
      const { key } = event.detail.object;
      options.onGivenUp?.(`${key} stays in the inbox and is tried again at the next start (${failure})`);
      return;
    }
    const timer = setTimeout(
      () => {
        pausing.delete(timer);
        queue.push({ event, attempt: attempt + 1 });
        next();
      },
      pause * 1000 * waitScale,
    );
    pausing.add(timer);
  }

  /** Hears of every object of S3, and queues those of the inbox. */
  function created(object: ObjectCreated): void {
    if (closed || object.bucket !== bucket || !object.key.startsWith(inboxFolder)) return;
    queue.push({ event: eventOf(options, object), attempt: 0 });
    next();
  }

  return {
    created,
    /** Queues all that lies in the inbox, such as what an earlier sandbox did not come to. */
    async sweep(s3: S3Client): Promise<void> {
      let token: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: inboxFolder,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        );
        for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? [])
          created({ bucket, key: Key, size: Size, eTag: ETag.replaceAll('"', "") });
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    /** Resolves when nothing is queued, under way or waiting for another attempt. */
    idle: () =>
      new Promise<void>((resolve) => {
        idlers.push(resolve);
        next();
      }),
    /** Invokes nothing more; what is left is swept at the next start. */
    close(): void {
      closed = true;
      queue.length = 0;
      for (const timer of pausing) clearTimeout(timer);
      pausing.clear();
      next();
    },
  };
}

/** As S3 sends it; docs.aws.amazon.com, "Event message structure" of Amazon EventBridge. */
function eventOf({ clock, randomUuid }: InboxOptions, { bucket, key, size, eTag }: ObjectCreated) {
  const now = clock();
  return {
    version: "0",
    id: randomUuid(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      // Orders the events of one key.
      object: { key, size, etag: eTag, sequencer: now.toString(16).toUpperCase().padStart(16, "0") },
      "request-id": randomUuid().slice(0, 16).toUpperCase(),
      requester: account,
      "source-ip-address": "127.0.0.1",
      reason: "PutObject",
    },
  };
}
