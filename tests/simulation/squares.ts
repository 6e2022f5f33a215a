import type { Item } from "./dynamodb/expression.ts";
import { numberOf, textOf } from "./dynamodb/table.ts";
import { disliked, photograph, rendition } from "./pictures.ts";
import { hourMs, start } from "./times.ts";
import type { World } from "./world.ts";
import { pictureOf } from "./x/account.ts";

const wordsOf = (world: World, number: number) => ({
  title: `Painting ${number}`,
  ...(number % 3 === 0 && { caption: `The caption of ${number}` }),
  ...(number % 2 === 0 && { altText: `What painting ${number} shows` }),
  ...(world.scenario.disliked.includes(number) && { caption: `Painting ${number} ${disliked}` }),
});

/** Writes a square as another program does, without asking the project's own code. */
export function writeSquare(
  world: World,
  number: number,
  row: Record<string, string>,
  { counted = true, at = world.loop.now } = {},
): void {
  const { table } = world;
  const objectKey = `squares/painting-${number}.jpg`;
  const originalKey = `originals/painting-${number}.jpg`;
  world.objects.set(objectKey, { bytes: rendition(number), contentType: "image/jpeg", modifiedAt: at });
  world.objects.set(originalKey, { bytes: photograph(number), contentType: "image/jpeg", modifiedAt: at });
  const facts = { id: `square-${number}`, objectKey, originalKey, ...wordsOf(world, number), ...row };
  const after: Item = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { S: value }]));
  const by = "another program";
  table.write({ id: facts.id, after, at, by }, 0);
  if (by === "another program" && at === world.loop.now) world.history.foreignAt = at;
  if (!counted) return;
  const stock = table.rows.get("#stock") ?? { id: { S: "#stock" } };
  const status = row["status"] ?? "";
  const counts = { ...stock, [status]: { N: String((numberOf(stock, status) ?? 0) + 1) } };
  table.write({ id: "#stock", after: counts, at, by }, 0);
}

export const rankOf = (number: number) => `00${String(number).padStart(4, "0")}`;

/** What there is at the beginning: posts of before, with their squares, and the queue. */
export function fill(world: World): void {
  const { scenario, account } = world;
  for (let number = 1; number <= scenario.squares; number += 1)
    writeSquare(world, number, { status: "queued", sortKey: rankOf(number) }, { at: start - 100 * 24 * hourMs });
  for (let past = 1; past <= scenario.history; past += 1) {
    const number = 1000 + past;
    const at = start - (scenario.history - past + 1) * scenario.everyHours * hourMs;
    const media = account.upload(rendition(number), at);
    const post = account.accept({ text: `Painting ${number}`, mediaIds: [media.id], execution: "a run of before" }, at);
    post.seenFrom = at;
    const postedAt = new Date(at).toISOString();
    writeSquare(
      world,
      number,
      { status: "posted", sortKey: postedAt, postedAt, tweetId: post.id, mediaId: media.id },
      { at: start - 100 * 24 * hourMs },
    );
    world.history.taken.push({ post, role: "before", squareId: `square-${number}` });
  }
  if (scenario.history > 0) {
    const stock = { ...world.table.rows.get("#stock"), table: { S: world.tableName } } as Item;
    world.table.write({ id: "#stock", after: stock, at: start - 99 * 24 * hourMs, by: "a run of before" }, 0);
  }
  if (scenario.bluesky !== undefined) {
    const { did, handle } = world.bluesky.repository;
    const bluesky = {
      M: { account: { S: did }, username: { S: handle }, since: { S: new Date(start).toISOString() } },
    };
    const stock = { ...world.table.rows.get("#stock"), bluesky } as Item;
    world.table.write({ id: "#stock", after: stock, at: start - 99 * 24 * hourMs, by: "a person" }, 0);
  }
  world.schedule.facts = { ...world.schedule.facts, State: "ENABLED" };
  world.schedule.before = world.schedule.facts;
}

/** Hex digest of the picture that a row would post. */
export function pictureOfRow(world: World, row: Item | undefined): string | undefined {
  const object = world.objectOf(row);
  return object && pictureOf(object.bytes);
}

/** What a row says, as it would be posted. */
export function captionOfRow(world: World, id: string): string {
  const row = world.table.rows.get(id);
  return textOf(row, "caption") || textOf(row, "title") || "";
}
