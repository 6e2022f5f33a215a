import path from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { addMany } from "@twobytwo/core/adding/add-many";
import type { AddManyOptions } from "@twobytwo/core/adding/batches";
import { dayMs } from "@twobytwo/core/clock";
import { withdrawSquare } from "@twobytwo/core/curating/change-status";
import { dateSquare } from "@twobytwo/core/curating/date";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { alike, send } from "@twobytwo/core/test/adding/alike";
import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { createXClient } from "@twobytwo/core/x/client";
import { samplePictures } from "@twobytwo/sandbox/pictures";
import { picture, type Stage } from "@twobytwo/sandbox/test/stage";
import { root } from "@twobytwo/scripts/root";
import { paint, paintingOf } from "./paintings.ts";
import type { Places } from "./views.ts";

/** Paintings by number, as files of a folder. */
async function* paintings(from: number, count: number) {
  for (let number = from; number < from + count; number += 1) {
    const { name, ...words } = paintingOf(number);
    const bytes = await paint(number);
    yield { name, size: bytes.length, words, read: async () => bytes };
  }
}

async function add(stage: Stage, files: Parameters<typeof addMany>[1], options: AddManyOptions = {}) {
  const { added, refused } = await addMany(stage.ports, files, { allowSimilar: true, ...options });
  const [first] = refused;
  if (first !== undefined) throw new Error(`${first.name}: ${first.message}`);
  return added.map(({ id }) => id);
}

/** Posts of other days, one a day: a run posts today. */
async function addPosted(stage: Stage, from: number, count: number, daysAgo: number): Promise<void> {
  const { client, name: TableName } = stage.ports.table;
  const ids = await add(stage, paintings(from, count), { status: "posted" });
  for (const [index, id] of ids.entries()) {
    const at = new Date(Date.now() - (daysAgo + index) * dayMs).toISOString();
    await client.send(
      new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression: "SET postedAt = :at, sortKey = :at, tweetId = :tweet",
        ExpressionAttributeValues: { ":at": at, ":tweet": `19000000000000${10_000 + index}` },
      }),
    );
  }
}

/** Eight squares, as `npm start` adds them, and one run. */
export async function hangEight(stage: Stage): Promise<Places> {
  const [first = "", second = ""] = await add(stage, samplePictures(path.join(root, "samples")));
  const { executionArn } = await stage.run({ squareId: first });
  return { queued: second, posted: first, held: second, run: executionArn.split(":").at(-1) ?? "" };
}

/** 55 more: squares that wait, were posted, are drafts or withdrawn, and a run that looked again before it went well. */
export async function hangMore(stage: Stage, places: Places): Promise<Places> {
  const { ports, sandbox } = stage;
  const [slow = "", gone = "", ...rest] = await add(stage, paintings(0, 26));
  for (const squareId of rest.slice(0, 6)) await stage.run({ squareId });
  sandbox.x.inject({ kind: "server-error", status: 503 }, { kind: "lost-answer", operation: "POST /2/tweets" });
  const { executionArn } = await stage.run({ squareId: slow });
  await sandbox.x.reset();
  await withdrawSquare(ports, { id: gone });
  await add(stage, paintings(26, 7), { status: "draft" });
  await addPosted(stage, 33, 22, 1);
  return { ...places, queued: rest[8] ?? "", run: executionArn.split(":").at(-1) ?? "" };
}

/** A square with a date, two that wait for a decision, one of them after a run that failed, and a picture that looks like another. */
export async function hangDoubts(stage: Stage, places: Places): Promise<Places> {
  const { ports, sandbox } = stage;
  const { posts } = await nextPosts(ports, { count: 20 });
  const [dated, unsure, lost] = posts.slice(-3);
  if (dated === undefined || unsure === undefined || lost === undefined) throw new Error("the queue is too short");
  await dateSquare(ports, { id: dated.square.id, on: new Date(Date.now() + 5 * dayMs).toISOString().slice(0, 10) });
  const { client, name: Bucket } = ports.bucket;
  await client.send(new DeleteObjectCommand({ Bucket, Key: (await stage.square(lost.square.id)).objectKey }));
  await stage.run({ squareId: lost.square.id });
  const x = createXClient({
    credentials: await stage.credentials(),
    baseUrl: sandbox.endpoints.x,
    clock: Date.now,
    deadlineMs: 10_000,
  });
  const held = await stage.square(unsure.square.id);
  await hold({ table: ports.table, x, now: Date.now() }, held, await picture("two-spaniels.jpg"));
  await send(stage, { name: "Spaniels again.jpg", bytes: await alike("two-spaniels.jpg") });
  return { ...places, held: held.id };
}

/** 463 more, as after two years. */
export async function hangMany(stage: Stage): Promise<void> {
  await add(stage, paintings(55, 260));
  await add(stage, paintings(315, 23), { status: "draft" });
  await addPosted(stage, 338, 180, 23);
}

/** X refuses to post until somebody buys credits. */
export async function stop(stage: Stage): Promise<void> {
  stage.sandbox.x.inject({ kind: "credits-depleted", operation: "POST /2/tweets" });
  await stage.run();
}
