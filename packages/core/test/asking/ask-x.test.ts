import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { CropInput } from "@twobytwo/core/asking/ask-crop";
import { AskXInput, askX } from "@twobytwo/core/asking/ask-x";
import type { Network } from "@twobytwo/core/networks/network";
import { writeConnection } from "@twobytwo/core/squares/connection";
import type { Table } from "@twobytwo/core/squares/table";
import type { XClient } from "@twobytwo/core/x/client";
import * as v from "valibot";
import { describe, expect, it, onTestFinished } from "vitest";
import { emptyTable } from "../squares/table-fixture.ts";

async function opened() {
  const deleted: string[] = [];
  const { table, close } = await emptyTable();
  onTestFinished(close);
  const x = async () => ({ deletePost: async (id: string) => void deleted.push(id) }) as Partial<XClient> as XClient;
  const bluesky = async (account: string) =>
    ({ deletePost: async (id: string) => void deleted.push(`${account}: ${id}`) }) as Partial<
      Network<unknown>
    > as Network<unknown>;
  return { ports: { table, x, bluesky, clock: () => 0, postUrl: String }, deleted };
}

const put = (table: Table, row: object) =>
  table.client.send(new PutCommand({ TableName: table.name, Item: { sortKey: "2026", objectKey: "a.jpg", ...row } }));
const remove = (squareId: string, tweetId: string) => ({ act: "delete-post", squareId, tweetId }) as const;

describe("a post that the web app wants deleted", () => {
  it("is deleted where the table says that it is the square's", async () => {
    const { ports, deleted } = await opened();
    await put(ports.table, { id: "a", status: "posted", tweetId: "111" });
    expect(await askX(ports, remove("a", "111"))).toEqual({ deleted: true });
    // The answer was lost, and the row has not changed yet.
    expect(await askX(ports, remove("a", "111"))).toEqual({ deleted: true });
    expect(deleted).toEqual(["111", "111"]);
  });

  it("takes along what is on Bluesky, of the account that is connected", async () => {
    const { ports, deleted } = await opened();
    const row = { status: "posted", tweetId: "111" };
    await put(ports.table, { ...row, id: "sent", bluesky: { id: "at://did:a/p/1", sentAt: "2026" } });
    await put(ports.table, { ...row, id: "never sent", bluesky: { id: "at://did:a/p/2" } });
    await put(ports.table, { ...row, id: "another's", bluesky: { id: "at://did:b/p/3", sharedAt: "2026" } });
    await askX(ports, remove("sent", "111"));
    await writeConnection(ports.table, { account: "did:a", username: "artist.test", since: "2026" });
    for (const id of ["sent", "never sent", "another's"]) await askX(ports, remove(id, "111"));
    expect(deleted).toEqual(["111", "111", "did:a: at://did:a/p/1", "111", "111"]);
  });

  it("is left alone where it is another post of the account, or no square's that is posted", async () => {
    const { ports, deleted } = await opened();
    await put(ports.table, { id: "a", status: "posted", tweetId: "111" });
    await put(ports.table, { id: "queued", status: "queued", tweetId: "333" });
    await put(ports.table, { id: "unnoted", status: "posted" });
    for (const [id, tweetId] of [
      ["a", "222"],
      ["queued", "333"],
      ["unnoted", "111"],
      ["nobody", "111"],
      ["#stock", "111"],
    ] as const)
      await expect(askX(ports, remove(id, tweetId))).rejects.toMatchObject({ name: "Rejected" });
    expect(deleted).toEqual([]);
  });
});

describe("what the functions behind the web app take", () => {
  it.each([
    { act: "post", squareId: "a" },
    { act: "delete-post", squareId: "a" },
    { act: "delete-post", squareId: "a", tweetId: "1/../2" },
    { act: "delete-post", squareId: "a", tweetId: "1", body: "{}" },
    { act: "look", squareId: "" },
    { act: "look", squareId: "x".repeat(501) },
    { act: "candidates", squareId: ["a"] },
    { squareId: "a" },
    null,
    "look",
  ])("is not %j", (input) => {
    expect(v.is(AskXInput, input)).toBe(false);
  });

  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  it("is a square, four places within the picture, and a version", () => {
    const good = { squareId: "a", corners, version: 3 };
    expect(v.is(CropInput, good)).toBe(true);
    for (const wrong of [
      { ...good, key: "originals/another.jpg" },
      { ...good, squareId: "" },
      { ...good, version: -1 },
      { ...good, version: 1.5 },
      { ...good, corners: corners.slice(1) },
      { ...good, corners: [...corners, [0, 0]] },
      { ...good, corners: [[-0.1, 0], ...corners.slice(1)] },
      { ...good, corners: [[0, 1.1], ...corners.slice(1)] },
      { ...good, corners: [[0, Number.POSITIVE_INFINITY], ...corners.slice(1)] },
      { ...good, corners: [[0, 0, 0], ...corners.slice(1)] },
    ])
      expect(v.is(CropInput, wrong)).toBe(false);
  });
});
