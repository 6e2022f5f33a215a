import { availableParallelism } from "node:os";
import { type AddProgress, addMany } from "@twobytwo/core/adding/add-many";
import type { PictureFile } from "@twobytwo/core/adding/picture-files";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { painting, plain } from "../pictures/pictures.ts";
import { expectWhole, file, inOrder, paintings, upTo } from "./files.ts";
import { openStudio, type Studio } from "./studio.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

async function* these(...files: PictureFile[]): AsyncGenerator<PictureFile> {
  yield* files;
}

describe("addMany", () => {
  it("queues pictures in the order they come, whichever is prepared first, and wakes the schedule once", async () => {
    const sides = (number: number) => (number % 5 === 0 ? 900 : 64);
    const summary = await addMany(studio.ports, paintings(upTo(35), sides), {});
    expect(summary).toMatchObject({ skipped: [], similar: [], refused: [], schedule: "enabled" });
    expect(summary.added.map(({ name }) => name)).toEqual(upTo(35).map((number) => `${number}.jpg`));
    expect(await inOrder(studio)).toEqual(upTo(35).map((number) => `${number}.jpg`));
    await expectWhole(studio, 35);
    const transactions = studio.calls.filter(({ operation }) => operation === "TransactWriteItems");
    expect(transactions).toHaveLength(4);
    expect(studio.calls.filter(({ operation }) => operation === "UpdateSchedule")).toHaveLength(1);
  });

  it("says of each file what became of it, and none keeps out the others", async () => {
    const twin = await painting(1);
    const denied = Object.assign(new Error("no"), { code: "EACCES" });
    const progress: AddProgress[] = [];
    const summary = await addMany(
      studio.ports,
      these(
        file("first.jpg", async () => twin),
        file("zip.jpg", async () => Buffer.from("PK\x03\x04")),
        file("FIRST.JPG", async () => twin),
        file("smaller.jpg", () => sharp(twin).resize(70).jpeg().toBuffer()),
        file("locked.jpg", () => Promise.reject(denied)),
        file("huge.tif", () => Promise.reject(new Error("is never read")), 5e9),
        { ...file("talk.jpg", () => painting(2)), words: { title: "x".repeat(281) } },
        file("last.jpg", () => painting(3)),
      ),
      {},
      (event) => progress.push(event),
    );
    expect(summary.added.map(({ name }) => name)).toEqual(["first.jpg", "last.jpg"]);
    expect(summary.skipped).toMatchObject([
      { name: "FIRST.JPG", equals: { id: summary.added[0]?.id, title: "first.jpg" } },
    ]);
    expect(summary.similar).toMatchObject([{ name: "smaller.jpg", message: "looks like “first.jpg”, in the queue" }]);
    expect(summary.refused.map(({ name, error, message }) => [name, error, message.split(":")[0]])).toEqual([
      ["zip.jpg", "MediaInvalid", "zip.jpg is a ZIP archive (or a document in that format)"],
      ["locked.jpg", "MediaMissing", "locked.jpg cannot be read (EACCES)"],
      ["huge.tif", "MediaInvalid", "huge.tif is 4768.4 MB, and the limit is 100.0 MB"],
      ["talk.jpg", "Rejected", "The title of talk.jpg counts as 281 characters, and X accepts 280"],
    ]);
    expect(progress.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expectWhole(studio, 2);
  });

  it("reads files only shortly before it is their turn", async () => {
    let open = 0;
    let most = 0;
    const files = async function* () {
      for (const number of upTo(80))
        yield file(`${number}.jpg`, async () => {
          open += 1;
          most = Math.max(most, open);
          return painting(number, 48);
        });
    };
    await addMany(studio.ports, files(), { allowSimilar: true }, () => {
      open -= 1;
    });
    expect(open).toBe(0);
    // Those that are looked at ahead, and two transactions of ten.
    expect(most).toBeLessThanOrEqual(Math.max(8, 3 * availableParallelism()) + 20);
  });

  it("holds no more pictures in memory than there is room for", async () => {
    let inHand = 0;
    let most = 0;
    const files = async function* () {
      for (const number of upTo(12))
        yield file(
          `${number}.jpg`,
          async () => {
            inHand += 1;
            most = Math.max(most, inHand);
            return painting(number, 48);
          },
          99 * 1024 * 1024,
        );
    };
    studio.faults.of = (call) => {
      if (call.operation === "PutObject" && call.resource?.includes("/originals/")) inHand -= 1;
      return undefined;
    };
    const { added } = await addMany(studio.ports, files(), { allowSimilar: true });
    expect(added).toHaveLength(12);
    expect(most).toBe(2);
  });

  it("writes nothing in a dry run, and finds twins within it", async () => {
    const twin = await painting(1);
    async function* withTwins() {
      yield file("a.jpg", async () => twin);
      yield* paintings(upTo(60).slice(2));
      yield file("b.jpg", async () => twin);
    }
    await addMany(studio.ports, paintings([7]), {});
    studio.calls.length = 0;
    const before = await studio.keys();
    const summary = await addMany(studio.ports, withTwins(), { dryRun: true });
    expect(summary.added).toHaveLength(58);
    expect(summary.skipped.map(({ name }) => name)).toEqual(["7.jpg", "b.jpg"]);
    expect(await studio.keys()).toEqual(before);
    expect(await studio.squares()).toHaveLength(1);
    const written = studio.calls.filter(({ operation }) => /Put|Write|Update/.test(operation));
    expect(written).toEqual([]);
    expect(summary.schedule).toBe("untouched");
  });

  it("keeps drafts in the order of the files and wakes nothing for them", async () => {
    const summary = await addMany(
      studio.ports,
      paintings(upTo(25), () => 48),
      { status: "draft", allowSimilar: true },
    );
    expect(summary.schedule).toBe("untouched");
    expect(await inOrder(studio)).toEqual(upTo(25).map((number) => `${number}.jpg`));
    expect(await studio.stock()).toEqual({ draft: 25 });
  });

  it("shuffles a whole folder into a queue", async () => {
    await addMany(
      studio.ports,
      paintings(upTo(60), () => 48),
      { order: "shuffle", allowSimilar: true },
    );
    await expectWhole(studio, 60);
    const order = (await inOrder(studio)).map((title) => Number.parseInt(title, 10));
    const neighbours = order.filter((number, at) => at > 0 && number === (order[at - 1] ?? 0) + 1);
    expect(neighbours.length).toBeLessThan(10);
    expect(new Set((await studio.squares()).map(({ sortKey }) => sortKey)).size).toBe(60);
  });

  it("tells squares of one colour from each other by it", async () => {
    const colours = ["#c03020", "#2040c0", "#20a040", "#e0c020", "#ffffff", "#101010"];
    const files = colours.map((colour) => file(colour, () => plain(colour, 80, 80).jpeg().toBuffer()));
    expect((await addMany(studio.ports, these(...files), {})).added).toHaveLength(colours.length);
    const again = these(file("same.jpg", () => plain("#c23121", 90, 90).jpeg({ quality: 60 }).toBuffer()));
    expect((await addMany(studio.ports, again, {})).similar).toMatchObject([
      { message: "looks like “#c03020”, in the queue" },
    ]);
  });
});
