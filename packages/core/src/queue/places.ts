import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../clock.ts";
import type { Patience } from "../persistently.ts";
import { persistently } from "../persistently.ts";
import { readStock } from "../squares/stock.ts";
import { type Position, rowsByStatus, type Table } from "../squares/table.ts";
import type { RankAtEnd } from "./rank.ts";
import { rankBetween } from "./rank.ts";

/** What finding a place needs from outside. */
export interface PlacePorts extends Patience {
  table: Table;
  clock: Clock;
  rankAtEnd: RankAtEnd;
}

/** Gives the sort key of one new square after the other; asked again when the last answer has come. */
export type NextPlace = () => Promise<string>;

export type Order = "oldest" | "shuffle";

/** The places of squares that are not in the queue: ISO times, each later than the one before. */
export function placesByTime({ clock }: Pick<PlacePorts, "clock">): NextPlace {
  let last = Number.NEGATIVE_INFINITY;
  return async () => {
    last = Math.max(last + 1, clock());
    return new Date(last).toISOString();
  };
}

/** Places at the end of the queue, in the order in which they are asked for. */
export function placesAtEnd(ports: PlacePorts): NextPlace {
  let last: string | undefined;
  return async () => {
    last = rankBehind(ports, last ?? (await lastRank(ports)));
    return last;
  };
}

async function lastRank(ports: PlacePorts): Promise<string | undefined> {
  const [last] = await persistently(ports, "Reading the end of the queue", () =>
    rowsByStatus(ports.table, { status: "queued", limit: 1, backwards: true }),
  );
  return last?.sortKey;
}

/**
 * A rank by time, and where the last one is later than time (a person moved it to the end), the same with that
 * one in front: ranks between it and the open end would grow by a character every few squares, and a key of
 * DynamoDB ends at 1,024.
 */
function rankBehind({ rankAtEnd }: Pick<PlacePorts, "rankAtEnd">, last: string | undefined): string {
  const byTime = rankAtEnd(undefined);
  if (last === undefined || last < byTime) return byTime;
  const tail = last.slice(-byTime.length);
  const endsInTime = /^[0-9A-HJKMNP-TV-Z]{26}$/.test(tail) && last.length > tail.length && tail < byTime;
  return (endsInTime ? last.slice(0, -tail.length) : last) + byTime;
}

/** As many ranks as are read at once; a longer queue is drawn from by samples. */
const fewRanks = 200;

/**
 * Random places of the queue, each equally likely. A short queue is read once. Of a long one a square is drawn
 * for each new one, and the place is the one before it: DynamoDB keeps rows in the order of a hash of their ids,
 * which has nothing to do with the queue, so the first queued square behind a random id is a random one.
 */
export function placesAtRandom(ports: PlacePorts): NextPlace {
  let known: string[] | undefined;
  return async () => {
    known ??= await firstRanks(ports);
    const ranks = known;
    if (ranks.length > fewRanks) return drawPlace(ports);
    const at = Math.floor(ports.random() * (ranks.length + 1));
    const rank = at === ranks.length ? rankBehind(ports, ranks.at(-1)) : between(ports, ranks[at - 1], ranks[at]);
    ranks.splice(at, 0, rank);
    return rank;
  };
}

/** Up to one rank more than a few: more than a few means that there may be any number. */
async function firstRanks(ports: PlacePorts): Promise<string[]> {
  const rows = await persistently(ports, "Reading the queue", () =>
    rowsByStatus(ports.table, { status: "queued", limit: fewRanks + 1 }),
  );
  return rows.map(({ sortKey }) => sortKey);
}

/** A few random characters keep apart what two programs place in the same gap at the same time. */
function between(
  { random }: Pick<PlacePorts, "random">,
  before: string | undefined,
  after: string | undefined,
): string {
  return (
    rankOrSame(before, after) +
    Array.from({ length: 4 }, () => String.fromCharCode(0x41 + Math.floor(random() * 26))).join("")
  );
}

/** Where nothing fits in between, as between equals, the place behind the first of the two. */
function rankOrSame(before: string | undefined, after: string | undefined): string {
  try {
    return rankBetween(before, after);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return before ?? after ?? "";
  }
}

async function drawPlace(ports: PlacePorts): Promise<string> {
  return persistently(ports, "Picking a place in the queue", async () => {
    const { queued } = await readStock(ports.table);
    const isLast = ports.random() * (queued + 1) < 1;
    const drawn = isLast ? undefined : await drawSquare(ports);
    if (drawn === undefined) return rankBehind(ports, await lastRank(ports));
    const [before] = await rowsByStatus(ports.table, { status: "queued", limit: 1, backwards: true, after: drawn });
    return between(ports, before?.sortKey, drawn.sortKey);
  });
}

const pageRows = 250;
/** Enough to find one of 200 queued squares among tens of thousands of posted ones. */
const mostPages = 16;

async function drawSquare({ table, random }: PlacePorts): Promise<Position | undefined> {
  let from: { id: string } | undefined = { id: `${random()}` };
  for (let page = 0; page < mostPages; page += 1) {
    const { rows, next } = await queuedAmong(table, from);
    const drawn = rows[Math.floor(random() * rows.length)];
    if (drawn !== undefined) return drawn;
    // Behind the last row the first one follows.
    from = next;
  }
  return undefined;
}

async function queuedAmong(table: Table, from: { id: string } | undefined) {
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new ScanCommand({
      TableName: table.name,
      Limit: pageRows,
      FilterExpression: "#status = :queued",
      ProjectionExpression: "id, #status, sortKey",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":queued": "queued" },
      ...(from && { ExclusiveStartKey: from }),
    }),
  );
  return { rows: Items as Position[], next: LastEvaluatedKey as { id: string } | undefined };
}
