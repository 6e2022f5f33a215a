import { GetObjectCommand } from "@aws-sdk/client-s3";
import { revokeDevice } from "@twobytwo/core/access/devices";
import { addSquare } from "@twobytwo/core/adding/add-square";
import { readUndecided } from "@twobytwo/core/inbox/undecided";
import { allowUpload, readUpload } from "@twobytwo/core/inbox/uploads";
import type { Call } from "@twobytwo/sandbox/emulator";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keysIn, openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";
import { admit, deliver, putAgain, send, uploadOf } from "./devices.ts";

const uploadId = "01J00000000000000000000000";
const upload = uploadOf(uploadId, "phone");
const aside = `refused/web/${uploadId}/blue.jpg`;
const bytes = await painting(5);
const alike = await sharp(bytes).jpeg({ quality: 60 }).toBuffer();

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
  await admit(studio.ports.table, "phone");
});
afterEach(() => studio.close());

const outcome = async () => (await readUpload(studio.ports.table, uploadId))?.outcome;

async function text(Key: string, encoding = "utf8"): Promise<string | undefined> {
  const { client, name: Bucket } = studio.ports.bucket;
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString(encoding);
}

/** Removes the device in the very moment before a call reaches AWS, the first that fits. */
function removeBefore(fits: (call: Call) => boolean): { isRemoved: boolean } {
  const state = { isRemoved: false };
  studio.faults.of = async (call) => {
    if (state.isRemoved || !fits(call)) return undefined;
    state.isRemoved = true;
    await revokeDevice(studio.ports.table, "phone");
    return undefined;
  };
  return state;
}

async function expectNothingAdded(): Promise<void> {
  expect(await studio.squares()).toEqual([]);
  expect(await studio.stock()).toEqual({});
  expect(await studio.scheduleState()).toBe("DISABLED");
  expect(await outcome()).toMatchObject({ state: "refused", reason: /^blue\.jpg was sent by a device that has been/ });
  expect((await text(aside, "latin1")) === bytes.toString("latin1")).toBe(true);
  expect(await text(`${aside}.txt`)).toMatch(/device that has been removed .* 2x2 add "blue\.jpg"/);
  expect((await studio.keys()).filter((key) => key.startsWith("inbox/"))).toEqual([]);
}

describe("a picture of a device that was removed", () => {
  it("is not added, and kept where refused files are, with the reason", async () => {
    await send(studio, { upload, bytes });
    await revokeDevice(studio.ports.table, "phone");
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "refused" });
    await expectNothingAdded();
    expect(await studio.keys()).toEqual([aside, `${aside}.txt`]);
  });

  it("is not added where the device is removed between the look at it and the square's transaction", async () => {
    await send(studio, { upload, bytes });
    const state = removeBefore(({ operation }) => operation === "TransactWriteItems");
    await deliver(studio, upload);
    expect(state.isRemoved).toBe(true);
    await expectNothingAdded();
  });

  it("is not held as a look-alike either, also where the device is removed while it is looked at", async () => {
    const first = await addSquare(studio.ports, { name: "first", bytes, title: "First" });
    expect(first.added).toBe(true);
    await send(studio, { upload, bytes: alike });
    const state = removeBefore(({ operation, service }) => service === "s3" && operation === "PutObject");
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "refused" });
    expect(state.isRemoved).toBe(true);
    expect((await readUndecided(studio.ports.table)).uploads).toEqual([]);
    expect(await studio.squares()).toHaveLength(1);
  });

  it("is not kept a second time where the same form is sent again, and still not added", async () => {
    await send(studio, { upload, bytes });
    await revokeDevice(studio.ports.table, "phone");
    await deliver(studio, upload);
    await putAgain(studio, { upload, bytes: alike });
    expect(await deliver(studio, upload)).toEqual({ outcome: "nothing", key: upload.key });
    expect(await studio.keys()).toEqual([aside, `${aside}.txt`]);
  });

  it("is opened no more, by whoever has still got a session's answer on its way", async () => {
    await revokeDevice(studio.ports.table, "phone");
    expect(await send(studio, { upload, bytes })).toBe("no device");
    expect(await readUpload(studio.ports.table, uploadId)).toBeUndefined();
  });

  it("is added where another device has wanted the look-alike all the same", async () => {
    await addSquare(studio.ports, { name: "first", bytes, title: "First" });
    await send(studio, { upload, bytes: alike });
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "undecided" });
    await admit(studio.ports.table, "laptop");
    await revokeDevice(studio.ports.table, "phone");
    await allowUpload(studio.ports.table, uploadId, { device: "laptop", now: Date.now() });
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "added" });
    expect(await studio.squares()).toHaveLength(2);
  });
});

// Where a request is cut off instead of an answer lost, AWS is as it was after the call before.
it("a run that ends after each of its calls, after which the device is removed, leaves a row that says what is true", async () => {
  const seen = new Set<string>();
  for (let at = 1; ; at += 1) {
    await studio.close();
    studio = await openStudio({ seed: at });
    await admit(studio.ports.table, "phone");
    await send(studio, { upload, bytes });
    let call = 0;
    studio.faults.of = () => {
      call += 1;
      if (call < at) return undefined;
      return { kind: call === at ? "lose-answer" : "cut" };
    };
    await deliver(studio, upload, { sleep: () => Promise.reject(new Error("the process is gone")) }).catch(() => {});
    studio.faults.of = undefined;
    if (call < at) break;
    const before = await studio.squares();
    await revokeDevice(studio.ports.table, "phone");
    await deliver(studio, upload);
    const squares = await studio.squares();
    expect(squares).toEqual(before);
    const state = (await outcome())?.state ?? "";
    seen.add(state);
    expect(state).toBe(squares.length === 1 ? "added" : "refused");
    const keys = await studio.keys();
    expect(keys).toEqual(expect.arrayContaining(squares.length === 1 ? keysIn(squares) : [aside]));
    expect(keys).not.toContain(upload.key);
  }
  expect([...seen].sort()).toEqual(["added", "refused"]);
});
