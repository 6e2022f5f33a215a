import { PutObjectCommand } from "@aws-sdk/client-s3";
import { addSquare } from "@twobytwo/core/adding/add-square";
import { ingest } from "@twobytwo/core/inbox/ingest";
import { readUndecided } from "@twobytwo/core/inbox/undecided";
import { openUpload, readUpload, type Upload, uploadKey } from "@twobytwo/core/inbox/uploads";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { keysIn, openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";

const uploadId = "01J00000000000000000000000";
const key = uploadKey(uploadId, "blue.jpg");
const original = await painting(5);
const alike = await sharp(original).jpeg({ quality: 60 }).toBuffer();

async function send({ ports }: Studio, Body: Buffer): Promise<void> {
  const upload: Upload = {
    uploadId,
    key,
    name: "blue.jpg",
    title: "Blue",
    series: "Blues",
    allowSimilar: false,
    outcome: { state: "waiting" },
  };
  await openUpload(ports.table, upload, Date.now());
  await ports.bucket.client.send(new PutObjectCommand({ Bucket: ports.bucket.name, Key: key, Body }));
}

function deliver({ ports }: Studio, sleep: () => Promise<unknown> = async () => {}) {
  const { newId: _, ...without } = ports;
  return ingest({ ...without, sleep }, { detail: { bucket: { name: ports.bucket.name }, object: { key } } });
}

/**
 * The process ends after one call: its answer is lost, and nothing goes out any more. Where the next request is cut off
 * instead, AWS is in the same state. @returns false where it has fewer calls.
 */
async function deliverUntil(studio: Studio, at: number): Promise<boolean> {
  let call = 0;
  studio.faults.of = () => {
    call += 1;
    if (call < at) return undefined;
    return { kind: call === at ? "lose-answer" : "cut" };
  };
  await deliver(studio, () => Promise.reject(new Error("the process is gone"))).catch(() => undefined);
  studio.faults.of = undefined;
  return call >= at;
}

describe("an upload whose run ends at each of its calls, and whose event comes again", () => {
  it("is one square with its words, and its row says so", async () => {
    for (let at = 1; ; at += 1) {
      const studio = await openStudio({ seed: at });
      try {
        await send(studio, original);
        if (!(await deliverUntil(studio, at))) break;
        await deliver(studio);
        const squares = await studio.squares();
        expect(squares).toMatchObject([{ id: uploadId, title: "Blue", series: "Blues", status: "queued" }]);
        expect(await studio.stock()).toEqual({ queued: 1 });
        expect(await studio.keys()).toEqual(keysIn(squares));
        expect((await readUpload(studio.ports.table, uploadId))?.outcome).toMatchObject({
          state: "added",
          squareId: uploadId,
        });
        expect(await studio.scheduleState()).toBe("ENABLED");
      } finally {
        await studio.close();
      }
    }
  });

  it("of a look-alike waits for a person, with its picture still there", async () => {
    for (let at = 1; ; at += 1) {
      const studio = await openStudio({ seed: at });
      try {
        const added = await addSquare(studio.ports, { name: "first", bytes: original, title: "First" });
        await send(studio, alike);
        if (!(await deliverUntil(studio, at))) break;
        expect(await deliver(studio)).toMatchObject({ outcome: "undecided" });
        const { outcome } = (await readUpload(studio.ports.table, uploadId)) ?? {};
        expect(outcome).toMatchObject({ state: "similar", equals: added.added && added.square.id });
        expect((await readUndecided(studio.ports.table)).uploads).toMatchObject([
          { uploadId, outcome: { state: "similar" } },
        ]);
        expect(await studio.squares()).toHaveLength(1);
        const keys = await studio.keys();
        expect(keys).toContain(key);
        expect(keys).toContain(outcome?.state === "similar" ? outcome.thumbnailKey : "");
      } finally {
        await studio.close();
      }
    }
  });
});
