import { createHash } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { isOver } from "@twobytwo/core/posting/lease";
import { readPause } from "@twobytwo/core/schedule/pause";
import { scheduleState } from "@twobytwo/core/schedule/schedule";
import type { Square } from "@twobytwo/core/squares/square";
import { statuses } from "@twobytwo/core/squares/square";
import { open, readStock } from "@twobytwo/core/squares/stock";
import { stateMachineArn } from "@twobytwo/sandbox/names";
import type { World } from "./world.ts";

export interface Outcome {
  violations: string[];
  /** Squares by status. */
  squares: Record<string, number>;
  repeats: number;
  /** Squares that are marked posted and are not, and posts that no square knows of. */
  losses: number;
}

const namedEnds = new Set(["Done", "Failed"]);

/** What must hold whatever went wrong, seen from X's side and from the table's. */
export async function judge(world: World, startedBefore: ReadonlySet<string>): Promise<Outcome> {
  const violations: string[] = [];
  const squares = await allSquares(world);
  const posts = world.sandbox.x.posts();
  const pictures = new Map<string, string[]>();
  for (const post of posts) {
    const media = await world.sandbox.x.media(post.mediaIds[0] ?? "");
    const picture = createHash("sha256")
      .update(media?.bytes ?? "")
      .digest("hex");
    pictures.set(picture, [...(pictures.get(picture) ?? []), post.id]);
  }
  const repeats = [...pictures.values()].filter((ids) => ids.length > 1);
  for (const ids of repeats) violations.push(`one picture is posted ${ids.length} times: ${ids.join(", ")}`);

  const tweets = new Set(posts.map(({ id }) => id));
  let losses = 0;
  for (const square of squares) {
    if (square.status !== "posted") continue;
    if (square.tweetId !== undefined && tweets.has(square.tweetId)) continue;
    losses += 1;
    violations.push(`${square.id} is posted, and its post ${square.tweetId ?? "without an id"} is not there`);
  }
  for (const post of posts) {
    const known = squares.some(
      (square) =>
        (square.status === "posted" && square.tweetId === post.id) ||
        (square.status === "review" && post.mediaIds.includes(square.mediaId ?? "")),
    );
    if (known) continue;
    losses += 1;
    violations.push(`post ${post.id} belongs to no posted or held square`);
  }

  const stock = await readStock(world.ports.table);
  for (const status of statuses) {
    const counted = squares.filter((square) => square.status === status).length;
    if (stock[status] !== counted)
      violations.push(`#stock counts ${stock[status]} ${status}, and there are ${counted}`);
  }
  const pause = await readPause(world.ports.table);
  const state = await scheduleState(world.ports.schedule);
  if (open(stock) > 0 && pause === undefined && state !== "enabled")
    violations.push("there is stock, nobody paused, and the schedule sleeps");
  if (pause?.pausedBy === "person" && pause.until === undefined && state !== "disabled")
    violations.push("a person paused, and the schedule is awake");
  for (const square of squares)
    if ((square.status === "claimed" || square.status === "posting") && isOver(square, Date.now() + world.shiftMs))
      violations.push(`${square.id} is ${square.status} by a run whose lease is over`);
  violations.push(...unnamedEnds(world, startedBefore));

  const byStatus: Record<string, number> = {};
  for (const { status } of squares) byStatus[status] = (byStatus[status] ?? 0) + 1;
  return { violations, squares: byStatus, repeats: repeats.length, losses };
}

export async function allSquares({ ports: { table } }: World): Promise<Square[]> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
  return Items.filter(({ id }) => !String(id).startsWith("#")) as Square[];
}

export function executionsOf({ sandbox: { stepFunctions } }: World): string[] {
  return stepFunctions.list(stateMachineArn).map(({ executionArn }) => executionArn);
}

function unnamedEnds(world: World, startedBefore: ReadonlySet<string>): string[] {
  const { stepFunctions } = world.sandbox;
  return executionsOf(world)
    .filter((arn) => !startedBefore.has(arn))
    .flatMap((arn) => {
      const entered = stepFunctions.history(arn).flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
      const last = entered.at(-1) ?? "nowhere";
      const { status } = stepFunctions.describe(arn);
      return namedEnds.has(last) && (status === "SUCCEEDED" || status === "FAILED")
        ? []
        : [`${arn} ended ${status} in ${last}`];
    });
}
