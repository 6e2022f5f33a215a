import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { claimNext } from "@twobytwo/core/posting/claim";
import { leaseMs } from "@twobytwo/core/posting/lease";
import { removePause, writePause } from "@twobytwo/core/schedule/pause";
import { scheduleState } from "@twobytwo/core/schedule/schedule";
import { writeConnection } from "@twobytwo/core/squares/connection";
import { changeSchedule } from "@twobytwo/core/test/schedule/change-schedule";
import { countStock } from "@twobytwo/core/test/squares/table-fixture";
import { functionArn } from "@twobytwo/sandbox/lambdas";
import { connectBluesky } from "@twobytwo/sandbox/test/connect-bluesky";
import type { Run, Stage } from "@twobytwo/sandbox/test/stage";

let number = 0;
const add = (stage: Stage, words: { altText?: string } = {}) => {
  number += 1;
  return stage.add(undefined, { title: `Square ${number}`, unlike: `scenario ${number}`, ...words });
};

/** @throws Error where a run did not go the way that its scenario is about. */
function expectThrough(run: Run, ...states: string[]): void {
  const missed = states.filter((state) => !run.states.includes(state));
  if (missed.length > 0) throw new Error(`The run went through ${run.states.join(", ")}, and not ${missed.join(", ")}`);
}

async function posts(stage: Stage): Promise<void> {
  await add(stage, { altText: "A wooded ridge" });
  await add(stage);
  const scheduledTime = new Date(Date.now() - 1000).toISOString();
  expectThrough(await stage.run({ scheduledTime }), "Tweet", "Mark posted", "Check stock");
  // The same slot again, one that comes late, and the last square, after which the schedule goes to sleep.
  await stage.run({ scheduledTime });
  const late = new Date(Date.now() - 2 * 60 * 60 * 1000).toISOString();
  expectThrough(await stage.run({ scheduledTime: late }), "Disable schedule");
  expectThrough(await stage.run(), "Check stock");
}

/** Shared at once; and a picture that is not there, of which S3 says so only to whoever may list. */
async function shares(stage: Stage): Promise<void> {
  await connectBluesky(stage);
  const { client, name: TableName } = stage.ports.table;
  const at = new Date().toISOString();
  const gone = { id: "GONE", status: "posted", sortKey: at, postedAt: at, tweetId: "1", objectKey: "squares/gone.jpg" };
  await client.send(new PutCommand({ TableName, Item: gone }));
  await add(stage);
  expectThrough(await stage.run(), "Share on Bluesky", "Check stock");
  await writeConnection(stage.ports.table, undefined);
}

async function refusedByX(stage: Stage): Promise<void> {
  await add(stage);
  stage.sandbox.x.inject({ kind: "unauthorized", operation: "POST /2/tweets", times: "always" });
  expectThrough(await stage.run(), "Release square", "Pause schedule", "Notify");
  await stage.sandbox.x.reset();
  await removePause(stage.ports.table);
  await stage.run();
}

async function missingPicture(stage: Stage): Promise<void> {
  const { id, objectKey } = await add(stage);
  const { client, name: Bucket } = stage.ports.bucket;
  await client.send(new DeleteObjectCommand({ Bucket, Key: objectKey }));
  const run = await stage.run({ squareId: id });
  expectThrough(run, "Hold for review");
  if (run.error !== "MediaMissing") throw new Error(`A missing picture ended as ${run.error}: ${run.cause}`);
}

async function lostAnswers(stage: Stage): Promise<void> {
  await add(stage);
  stage.sandbox.x.inject({ kind: "lost-answer", operation: "POST /2/tweets" });
  expectThrough(await stage.run(), "Reconcile", "Mark posted");
  await add(stage);
  stage.sandbox.x.inject({ kind: "cut", operation: "POST /2/tweets" });
  expectThrough(await stage.run(), "Reconcile", "Tweet");
}

/** Runs that died: one that only held its square, and one of which nobody knows whether it posted. */
async function deadRuns(stage: Stage): Promise<void> {
  const { client, name: TableName } = stage.ports.table;
  const longAgo = (ms: number) => new Date(Date.now() - ms).toISOString();
  const pretend = (id: string, status: "claimed" | "posting", ms: number) =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression:
          "SET #status = :status, claimedBy = :dead, claimedAt = :at, sortKey = :at, #rank = :at, mediaId = :media, tweetBody = :body",
        ExpressionAttributeNames: { "#status": "status", "#rank": "rank" },
        ExpressionAttributeValues: {
          ":status": status,
          ":dead": "arn:dead",
          ":at": longAgo(ms),
          ":media": "1",
          ":body": "{}",
        },
      }),
    );
  const count = (status: string) => countStock(stage.ports.table, { queued: -1, [status]: 1 });
  const held = await add(stage);
  await pretend(held.id, "claimed", leaseMs + 1000);
  await count("claimed");
  await stage.run();
  const unknown = await add(stage);
  await pretend(unknown.id, "posting", 13 * 60 * 60 * 1000);
  await count("posting");
  expectThrough(await stage.run(), "Reconcile");
}

/** Steps that find that another run has claimed the square, or that they have done their work before. */
async function otherRuns(stage: Stage): Promise<void> {
  const invoke = (name: string, input: object) => stage.sandbox.lambda.invoke(functionArn(name), input);
  const posted = await add(stage);
  const { executionArn } = await stage.run({ squareId: posted.id });
  const { tweetId } = await stage.square(posted.id);
  await invoke("mark-posted", { execution: executionArn, squareId: posted.id, tweetId });
  const { id, title, objectKey } = await add(stage);
  await claimNext(stage.ports.table, { execution: "arn:holder", squareId: id, now: Date.now() });
  const square = { id, title, objectKey, caption: title, altText: null };
  const refused = JSON.stringify(await invoke("tweet", { execution: "arn:other", square, mediaId: "1" }));
  if (!refused.includes("arn:other")) throw new Error(`Another run's square was sent: ${refused}`);
}

/** Looks at a queue that runs low, and at one that is empty. */
async function watched(stage: Stage): Promise<void> {
  await add(stage);
  for (const _ of [1, 2]) {
    const { error } = (await stage.sandbox.lambda.invoke(functionArn("watch"), {})) as { error?: object };
    if (error !== undefined) throw new Error(`watch failed: ${JSON.stringify(error)}`);
    await stage.run();
  }
}

/** What other programs, and runs that were cut off, leave behind: mended at the last post, or by the hourly look. */
async function mended(stage: Stage): Promise<void> {
  const { client, name: TableName } = stage.ports.table;
  const put = (Item: object) => client.send(new PutCommand({ TableName, Item: { ...Item } }));
  const invoke = async (name: string, input: object) => {
    const answer = JSON.stringify(await stage.sandbox.lambda.invoke(functionArn(name), input));
    if (answer.includes("errorMessage")) throw new Error(`${name} failed: ${answer}`);
  };
  await put({ id: "#stock", queued: 0 });
  await put({ id: "UNCOUNTED", status: "queued", sortKey: "a", objectKey: "squares/a.jpg" });
  await invoke("disable-schedule", { execution: "arn:last", pause: null });
  await put({ id: "#stock", queued: 0, posting: 3 });
  await changeSchedule(stage.ports.schedule, { State: "DISABLED" });
  await writePause(stage.ports.table, { pausedBy: "workflow", pausedAt: "2020-01-01T00:00:00.000Z" });
  await invoke("watch", {});
  await put({ id: "#stock", queued: 0 });
  await changeSchedule(stage.ports.schedule, { State: "DISABLED" });
  await invoke("watch", {});
  if ((await scheduleState(stage.ports.schedule)) !== "enabled") throw new Error("The schedule sleeps beside a square");
}

/** Everything that the functions of the workflow, and those beside it, are there for. */
export const workflowScenarios = [
  posts,
  refusedByX,
  shares,
  missingPicture,
  lostAnswers,
  deadRuns,
  otherRuns,
  watched,
  mended,
] as const;
