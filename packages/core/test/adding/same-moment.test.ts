import { addMany } from "@twobytwo/core/adding/add-many";
import { addSquare } from "@twobytwo/core/adding/add-square";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { painting } from "../pictures/pictures.ts";
import { openStudio, type Studio } from "./studio.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

/** One photograph in another encoding: other bytes, the same look. */
const asPng = async (bytes: Buffer) => sharp(bytes).png().toBuffer();

/** What another program does between our looks and our write. */
function before(operation: string, what: () => Promise<unknown>) {
  let done = false;
  studio.faults.of = ((call: { operation: string }) => {
    if (call.operation !== operation || done) return undefined;
    done = true;
    return what().then(() => undefined);
  }) as never;
}

describe("one photograph in two encodings, added at the same moment", () => {
  it("is in the queue once: the later one sees the other when it writes", async () => {
    const jpeg = await painting(5);
    before("TransactWriteItems", () =>
      addSquare(studio.ports, { name: "blue.png", title: "Blue as PNG", bytes: jpeg.subarray() }).then(() => {}),
    );
    const png = await asPng(jpeg);
    const added = await addSquare(studio.ports, { name: "blue.png", title: "Blue", bytes: png });
    expect(added).toMatchObject({
      added: false,
      why: "similar",
      message: expect.stringMatching(/looks like “Blue as PNG”/),
    });
    expect(await studio.squares()).toHaveLength(1);
    expect(await studio.stock()).toEqual({ queued: 1 });
  });

  it("is added twice where somebody wants it so", async () => {
    const jpeg = await painting(5);
    before("TransactWriteItems", () => addSquare(studio.ports, { name: "a.jpg", title: "A", bytes: jpeg }));
    const bytes = await asPng(jpeg);
    expect(await addSquare(studio.ports, { name: "b.png", title: "B", bytes, allowSimilar: true })).toMatchObject({
      added: true,
    });
    expect(await studio.stock()).toEqual({ queued: 2 });
  });

  it("is in the queue once however many add it at once, and so is everything else", async () => {
    const jpegs = await Promise.all([1, 2, 3].map((number) => painting(number)));
    const all = await Promise.all(
      jpegs.flatMap((jpeg) => [jpeg, jpeg].map((bytes, index) => (index === 0 ? bytes : asPng(bytes)))),
    );
    const results = await Promise.all(
      all.map((bytes, index) => addSquare(studio.ports, { name: `${index}.jpg`, title: `${index}`, bytes })),
    );
    expect(results.filter(({ added }) => added)).toHaveLength(3);
    expect(await studio.stock()).toEqual({ queued: 3 });
  });

  it("is found by a batch too, which keeps the others and looks again for no more than it must", async () => {
    const jpegs = await Promise.all(Array.from({ length: 12 }, (_, number) => painting(number + 1)));
    const files = jpegs.map((bytes, number) => ({
      name: `${number}.jpg`,
      size: bytes.length,
      words: { title: `${number}` },
      read: async () => bytes,
    }));
    async function* sources() {
      yield* files;
    }
    const png = await asPng(jpegs[3] ?? Buffer.alloc(0));
    before("TransactWriteItems", () => addSquare(studio.ports, { name: "3.png", title: "other", bytes: png }));
    const summary = await addMany(studio.ports, sources(), {});
    expect(summary.added).toHaveLength(11);
    expect(summary.similar).toMatchObject([{ name: "3.jpg" }]);
    expect(await studio.stock()).toEqual({ queued: 12 });
  });

  it("costs a batch that nobody disturbs no look more than one for each picture", async () => {
    const jpegs = await Promise.all(Array.from({ length: 25 }, (_, number) => painting(number + 1)));
    async function* sources() {
      for (const [number, bytes] of jpegs.entries())
        yield { name: `${number}.jpg`, size: bytes.length, words: { title: `${number}` }, read: async () => bytes };
    }
    const summary = await addMany(studio.ports, sources(), {});
    expect(summary.added.length + summary.similar.length).toBe(25);
    const looks = studio.calls.filter(({ operation }) => operation === "BatchGetItem").length;
    expect(looks).toBeLessThanOrEqual(25 + 5);
  });
});
