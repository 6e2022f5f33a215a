import { PutObjectCommand } from "@aws-sdk/client-s3";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { addSquare } from "@twobytwo/core/adding/add-square";
import type { AddOptions } from "@twobytwo/core/adding/inspect";
import { requeueSquare } from "@twobytwo/core/curating/change-status";
import { cropSquare } from "@twobytwo/core/curating/crop";
import { deleteSquare } from "@twobytwo/core/curating/delete";
import type { Corners, Square } from "@twobytwo/core/squares/square";
import { readSquare } from "@twobytwo/core/squares/table";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keysIn, openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

async function add(number: number, options: AddOptions = {}): Promise<Square> {
  const added = await addSquare(studio.ports, {
    name: `${number}.jpg`,
    bytes: await painting(number),
    title: `No. ${number}`,
    ...options,
  });
  if (!added.added) throw new Error(added.message);
  const square = await readSquare(studio.ports.table, added.square.id);
  if (square === undefined) throw new Error("It is not in the table.");
  return square;
}

/** As another program or a run has changed it. */
const set = (id: string, name: string, value: unknown) =>
  studio.ports.table.client.send(
    new UpdateCommand({
      TableName: studio.ports.table.name,
      Key: { id },
      UpdateExpression: "SET #name = :value",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": value },
    }),
  );

const halves = (left: number): Corners => [
  [left, 0],
  [left + 0.5, 0],
  [left + 0.5, 1],
  [left, 1],
];

describe("deleting a square for good", () => {
  it.each(["queued", "draft"] as const)("takes its files, its row and its count away, from %s", async (status) => {
    const other = await add(1);
    const { id } = await add(2, { status });
    const marks = (await studio.marks()).length;
    expect(await deleteSquare(studio.ports, { id })).toEqual({ id, title: "No. 2", kept: [] });
    expect((await studio.squares()).map((square) => square.id)).toEqual([other.id]);
    expect(await studio.keys()).toEqual(keysIn([other]));
    expect(await studio.stock()).toEqual({ queued: 1 });
    expect(await studio.marks()).toHaveLength(marks - 1);
    // Neither the same picture nor one that looks like it is in the way.
    expect((await add(2)).title).toBe("No. 2");
  });

  // Where a request is cut off instead, AWS is as it was after the call before.
  it("goes on when it is asked again, wherever an answer is lost, and the square is never postable in between", async () => {
    const gone = { ...studio.ports, sleep: () => Promise.reject(new Error("the process is gone")) };
    const reached: string[] = [];
    for (let at = 1; ; at += 1) {
      const { id } = await add(1);
      let call = 0;
      studio.faults.of = ({ operation }) => {
        call += 1;
        if (call === at) reached.push(operation);
        return call < at ? undefined : { kind: call === at ? "lose-answer" : "cut" };
      };
      const ended = await deleteSquare(gone, { id }).then(
        () => "done",
        () => "cut",
      );
      studio.faults.of = undefined;
      const left = await readSquare(studio.ports.table, id);
      if (left?.status === "queued") expect(await studio.keys()).toEqual(keysIn([left]));
      if (left?.deletingSince !== undefined)
        await expect(requeueSquare(studio.ports, { id })).rejects.toThrow("is being deleted for good");
      if (left !== undefined) await deleteSquare(studio.ports, { id });
      expect([await studio.squares(), await studio.keys(), await studio.stock()]).toEqual([[], [], {}]);
      if (ended === "done") break;
    }
    expect(reached).toEqual(expect.arrayContaining(["DeleteObject", "TransactWriteItems", "Query"]));
  });

  it.each(["claimed", "posting", "review"])("is refused while it is %s, with the reason", async (status) => {
    const square = await add(1);
    await set(square.id, "status", status);
    await expect(deleteSquare(studio.ports, { id: square.id, evenIfPosted: true })).rejects.toThrow(
      /wait until the run has ended|decide first whether it was posted/,
    );
    expect(await studio.keys()).toEqual(keysIn([square]));
  });

  const at = "2026-11-24T18:00:00.000Z";
  it.each<[string, unknown, string]>([
    ["status", "posted", "was posted"],
    ["tweetId", "1", "may have been posted"],
    ["tweetBody", "{}", "may have been posted"],
    ["sentAt", at, "may have been posted"],
    ["bluesky", { id: "at://a/b/c", sentAt: at }, "may have been posted"],
    ["bluesky", { id: "at://a/b/c", sharedAt: at }, "may have been posted"],
  ])("of one that is out, or may be (%s: %j), needs a word", async (name, value, message) => {
    const { id } = await add(1, { status: "draft" });
    await set(id, name, value);
    await expect(deleteSquare(studio.ports, { id })).rejects.toThrow(message);
    await deleteSquare(studio.ports, { id, evenIfPosted: true });
    expect(await studio.squares()).toEqual([]);
    // Whoever adds the folder again does not have it posted twice.
    await expect(add(1)).rejects.toThrow(/the same picture as square .*, posted/);
    expect((await add(1, { allowSimilar: true })).status).toBe("queued");
  });

  it("takes away what was made before it was cropped, and what another network takes", async () => {
    const { id, version } = await add(1);
    const cropped = await cropSquare(studio.ports, { id, corners: halves(0), version });
    await cropSquare(studio.ports, { id, corners: halves(0.25), version: cropped.version });
    const smallKey = "squares/small.jpg";
    await studio.ports.bucket.client.send(
      new PutObjectCommand({ Bucket: studio.ports.bucket.name, Key: smallKey, Body: "small" }),
    );
    await set(id, "smallKey", smallKey);
    expect(await studio.keys()).toHaveLength(8);
    await deleteSquare(studio.ports, { id });
    expect(await studio.keys()).toEqual([]);
    const looks = (await studio.marks()).flatMap((mark) => [...((mark as { likes?: Set<string> }).likes ?? [])]);
    expect(looks).toEqual([]);
  });

  it("is refused where the square is no longer as the person saw it", async () => {
    const { id, version } = await add(1);
    await set(id, "version", version + 1);
    await expect(deleteSquare(studio.ports, { id, version })).rejects.toThrow("Somebody else changed");
  });

  it("leaves the photograph of which another square was cut", async () => {
    const later = { ...studio.ports, clock: () => Date.now() + 2 * 60 * 60 * 1000 };
    const [one, other] = [
      await add(1, { corners: halves(0) }),
      await add(1, { corners: halves(0.5), allowSimilar: true }),
    ];
    expect((await deleteSquare(later, { id: one.id })).kept).toEqual([other.originalKey]);
    expect(await studio.keys()).toEqual(keysIn([other]));
    // The other squares of a new photograph may still be on their way.
    expect((await deleteSquare(studio.ports, { id: other.id })).kept).toEqual([other.originalKey]);
    expect(await studio.keys()).toEqual([other.originalKey]);
  });
});
