import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Added, addSquare } from "@twobytwo/core/adding/add-square";
import type { AddOptions } from "@twobytwo/core/adding/inspect";
import { readPause, writePause } from "@twobytwo/core/schedule/pause";
import type { Square } from "@twobytwo/core/squares/square";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caseFile } from "../pictures/containers.ts";
import { painting } from "../pictures/pictures.ts";
import { keysIn, openStudio, type Studio } from "./studio.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

const add = async (number: number, options: AddOptions & { title?: string; caption?: string; altText?: string } = {}) =>
  addSquare(studio.ports, { name: `${number}.jpg`, bytes: await painting(number), title: `No. ${number}`, ...options });

function square(added: Added): Square {
  if (!added.added) throw new Error(added.message);
  return added.square;
}

const stored = async (key: string): Promise<Buffer> => {
  const { client, name } = studio.ports.bucket;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

describe("addSquare", () => {
  it("says what of a file it left out", async () => {
    const bytes = await caseFile("tiff-of-three-pages.tif");
    expect(await addSquare(studio.ports, { name: "pages.tif", bytes, title: "Pages" })).toMatchObject({
      added: true,
      warnings: [expect.stringMatching(/^pages\.tif has 3 pages, and only the first is taken/)],
    });
  });

  it("keeps words without what nobody sees, and has none where there are only blanks", async () => {
    const row = square(
      await add(1, { title: "Fig\u200b", caption: "\ufeffA fig,\u0007 halved", altText: " \u200b\u00a0" }),
    );
    expect(row).toMatchObject({ title: "Fig", caption: "A fig, halved" });
    expect(row.altText).toBeUndefined();
    expect(await studio.squares()).toEqual([row]);
  });

  it("keeps the original untouched beside what is posted and a thumbnail, and says all facts in the row", async () => {
    const bytes = await sharp(await painting(1, 700))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const words = { title: "Blue", caption: "Blue, at noon.", altText: "A blue square.", series: "Blues" };
    const row = square(await addSquare(studio.ports, { name: "../Ä b.JPG", bytes, ...words, side: 600 }));
    expect(await studio.squares()).toEqual([row]);
    expect(row).toMatchObject({
      ...words,
      status: "queued",
      contentType: "image/jpeg",
      width: 600,
      height: 600,
      version: 1,
    });
    expect(row.objectKey).toMatch(/^squares\/[0-9a-f]{64}-[0-9a-f]{8}\.jpg$/);
    expect(row.originalKey).toBe(`originals/${row.sha256}.jpg`);
    expect(row.thumbnailKey).toMatch(/^thumbnails\/[0-9a-f]{64}-[0-9a-f]{8}\.webp$/);
    expect(await studio.keys()).toEqual(keysIn([row]));
    expect((await stored(row.originalKey ?? "")).equals(bytes)).toBe(true);
    const posted = await stored(row.objectKey);
    expect(posted.length).toBe(row.bytes);
    expect(await sharp(posted).metadata()).toMatchObject({ width: 600, height: 600 });
    expect(await studio.stock()).toEqual({ queued: 1 });
    expect(await studio.scheduleState()).toBe("ENABLED");
  });

  it("skips the very same picture, and says which square it is and when it was posted", async () => {
    const first = square(await add(1));
    expect(await add(1, { title: "Another name" })).toMatchObject({
      added: false,
      why: "same",
      equals: { id: first.id, title: "No. 1", status: "queued" },
      message: "the same picture as “No. 1”, in the queue",
    });
    await setPosted(first.id, "2026-05-03T18:00:00.000Z");
    expect(await addSquare({ ...studio.ports, clock: () => Date.UTC(2026, 8) }, await input(1))).toMatchObject({
      message: "the same picture as “No. 1”, posted 3 May",
    });
    expect(await addSquare({ ...studio.ports, clock: () => Date.UTC(2027, 1) }, await input(1))).toMatchObject({
      message: "the same picture as “No. 1”, posted 3 May 2026",
    });
    expect(await studio.squares()).toHaveLength(1);
    expect(await studio.stock()).toEqual({ queued: 1 });
  });

  it("leaves out a look-alike before anything is stored, unless it is wanted", async () => {
    const first = square(await add(1));
    const again = await sharp(await painting(1))
      .resize(80)
      .jpeg({ quality: 50 })
      .toBuffer();
    const before = await studio.keys();
    expect(await addSquare(studio.ports, { name: "again.jpg", bytes: again, title: "Again" })).toMatchObject({
      added: false,
      why: "similar",
      equals: { id: first.id },
      message: "looks like “No. 1”, in the queue",
    });
    expect(await studio.keys()).toEqual(before);
    const wanted = { name: "again.jpg", bytes: again, title: "Again", allowSimilar: true };
    expect(square(await addSquare(studio.ports, wanted)).title).toBe("Again");
    expect(await studio.stock()).toEqual({ queued: 2 });
  });

  it("sees no look-alike in a square that is gone, and takes its content mark over", async () => {
    const first = square(await add(1));
    const { client, name } = studio.ports.table;
    await client.send(new DeleteCommand({ TableName: name, Key: { id: first.id } }));
    const second = square(await add(1));
    expect((await studio.squares()).map(({ id }) => id)).toEqual([second.id]);
    expect(await add(1)).toMatchObject({ why: "same", equals: { id: second.id } });
  });

  it("refuses words that X would, before it looks at the picture", async () => {
    await expect(add(1, { caption: "x".repeat(281) })).rejects.toMatchObject({
      name: "Rejected",
      message: "The caption of 1.jpg counts as 281 characters, and X accepts 280: shorten it by 1.",
    });
    await expect(add(1, { altText: "x".repeat(1001) })).rejects.toMatchObject({ name: "Rejected" });
    expect(studio.calls).toEqual([]);
  });

  it("warns of a link, which makes the post dear", async () => {
    expect(await add(1, { caption: "More at 2x2.art" })).toMatchObject({
      added: true,
      warnings: [expect.stringContaining("(2x2.art): this post costs $0.20 instead of $0.015")],
    });
  });

  it("puts a draft into no queue and wakes nothing for it", async () => {
    const draft = square(await add(1, { status: "draft" }));
    expect(draft.status).toBe("draft");
    expect(new Date(draft.sortKey).toISOString()).toBe(draft.sortKey);
    expect(await studio.stock()).toEqual({ draft: 1 });
    expect(await studio.scheduleState()).toBe("DISABLED");
  });

  it("leaves the schedule asleep where a person paused it, and wakes it where the workflow did", async () => {
    await writePause(studio.ports.table, { pausedBy: "person" });
    await add(1);
    expect(await studio.scheduleState()).toBe("DISABLED");
    expect(await readPause(studio.ports.table)).toMatchObject({ pausedBy: "person" });
    const other = await openStudio();
    try {
      await writePause(other.ports.table, { pausedBy: "workflow" });
      await addSquare(other.ports, await input(1));
      expect(await other.scheduleState()).toBe("ENABLED");
    } finally {
      await other.close();
    }
  });

  it("says that a picture is the same, and not that it looks like it, where another adds it between two looks", async () => {
    let other: Promise<Added> | undefined;
    studio.ports.table.client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        // The first answer is that nobody has this picture.
        if (other === undefined) {
          other = add(1);
          await other;
        }
        return answer;
      },
      { step: "initialize", name: "anotherAdds" },
    );
    const late = await add(1, { title: "Later" });
    const { id } = square((await other) as Added);
    expect(late).toMatchObject({ added: false, why: "same", equals: { id } });
  });

  it("adds one square where ten add the same picture at once", async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => add(1)));
    const [winner, ...more] = results.flatMap((result) => (result.added ? [result.square] : []));
    expect(more).toEqual([]);
    const losers = results.flatMap((result) => (result.added ? [] : [[result.why, result.equals.id]]));
    expect(losers).toEqual(Array(9).fill(["same", winner?.id]));
    expect(await studio.squares()).toHaveLength(1);
    expect(await studio.stock()).toEqual({ queued: 1 });
    expect(await studio.keys()).toEqual(keysIn(await studio.squares()));
  });
});

const input = async (number: number) => ({
  name: `${number}.jpg`,
  bytes: await painting(number),
  title: `No. ${number}`,
});

async function setPosted(id: string, postedAt: string): Promise<void> {
  const { client, name } = studio.ports.table;
  await client.send(
    new UpdateCommand({
      TableName: name,
      Key: { id },
      UpdateExpression: "SET #status = :posted, postedAt = :postedAt",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":posted": "posted", ":postedAt": postedAt },
    }),
  );
}
