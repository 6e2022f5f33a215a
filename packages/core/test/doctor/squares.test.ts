import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { deleteSquare } from "@twobytwo/core/curating/delete";
import { type Repair, repair } from "@twobytwo/core/doctor/repair";
import { declineUpload } from "@twobytwo/core/inbox/uploads";
import { claimNext } from "@twobytwo/core/posting/claim";
import { putInReview } from "@twobytwo/core/posting/give-up";
import { startPosting } from "@twobytwo/core/posting/journal";
import { readSquare } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { names } from "@twobytwo/sandbox/names";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alike, send } from "../adding/alike.ts";
import { countStock, putQueued, wholeTable } from "../squares/table-fixture.ts";
import { type Clinic, openClinic } from "./clinic.ts";

const hour = 60 * 60 * 1000;
let clinic: Clinic;
/** By how much the clocks of AWS are ahead. */
let shift = 0;
beforeEach(async () => {
  shift = 0;
  clinic = await openClinic({ timeShift: () => shift });
});
afterEach(() => clinic.close());

const repaired = async (name: string): Promise<Repair> =>
  (await repair(clinic.doctor)).find((done) => done.name === name)!;

const miscount = (queued: number) => countStock(clinic.ports.table, { queued });

const putObject = (Key: string) =>
  clinic.sandbox.clients.s3.send(new PutObjectCommand({ Bucket: names.bucket, Key, Body: Key }));
const removeObject = (Key: string) =>
  clinic.sandbox.clients.s3.send(new DeleteObjectCommand({ Bucket: names.bucket, Key }));

describe("the stock", () => {
  it("is found wrong and counted anew", async () => {
    await putQueued(clinic.ports.table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
    await miscount(3);
    expect((await clinic.examine())["stock"]).toMatchObject({
      state: "wrong",
      repairable: true,
      wayOut: expect.stringContaining("--repair"),
      of: ["queued: 5 counted, 2 there"],
    });
    expect(await repaired("stock")).toMatchObject({ outcome: "repaired", of: ["queued: 5 → 2"] });
    expect((await clinic.examine())["stock"]).toMatchObject({ state: "ok" });
    expect(await clinic.stock()).toEqual({ queued: 2 });
  });
});

describe("rows and pictures", () => {
  it("finds rows that are no squares, and what is wrong with them", async () => {
    await clinic.ports.table.client.send(
      new PutCommand({ TableName: names.table, Item: { id: "half", status: "queued", sortKey: "a" } }),
    );
    expect((await clinic.examine())["rows"]).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("Correct"),
      of: [expect.stringContaining("half: objectKey")],
    });
  });

  it("finds the picture of a waiting square that is gone; a thumbnail that is gone only warns", async () => {
    const square = await clinic.add();
    await removeObject(square.thumbnailKey!);
    expect((await clinic.examine())["pictures"]).toMatchObject({ state: "warning" });
    await removeObject(square.objectKey);
    expect((await clinic.examine())["pictures"]).toMatchObject({
      state: "wrong",
      what: "1 square cannot be posted: the picture is missing.",
      wayOut: expect.stringContaining("add their pictures again"),
      of: [expect.stringContaining(`${square.objectKey}, of ${square.id} (queued)`), expect.any(String)],
    });
  });

  it("takes a picture elsewhere in the bucket for what it is: there, or missing", async () => {
    await clinic.ports.table.client.send(
      new PutCommand({
        TableName: names.table,
        Item: { id: "old", status: "queued", sortKey: "a", objectKey: "old picture.jpg" },
      }),
    );
    expect((await clinic.examine())["pictures"]).toMatchObject({ state: "wrong" });
    await putObject("old picture.jpg");
    expect((await clinic.examine())["pictures"]).toMatchObject({ state: "ok" });
  });

  it("deletes objects that no square names, once they are older than an hour, and nothing else", async () => {
    const square = await clinic.add();
    for (const key of ["squares/stray.jpg", "originals/stray.jpg", "thumbnails/stray.webp", "elsewhere/mine.jpg"])
      await putObject(key);
    expect((await clinic.examine())["strays"]).toMatchObject({
      state: "warning",
      repairable: true,
      what: "3 objects in the bucket belong to no square.",
      of: ["originals/stray.jpg", "squares/stray.jpg", "thumbnails/stray.webp"],
    });
    expect(await repaired("strays")).toMatchObject({
      outcome: "nothing to do",
      what: expect.stringContaining("3 younger ones left"),
    });
    shift = 2 * hour;
    await putObject("squares/stray.jpg");
    expect(await repaired("strays")).toMatchObject({
      outcome: "repaired",
      of: ["originals/stray.jpg", "thumbnails/stray.webp"],
    });
    shift = 4 * hour;
    expect(await repaired("strays")).toMatchObject({ outcome: "repaired", of: ["squares/stray.jpg"] });
    const checks = await clinic.examine();
    expect(checks["strays"]).toMatchObject({ state: "ok" });
    expect(checks["pictures"]).toMatchObject({ state: "ok" });
    await clinic.ports.bucket.client.send(new DeleteObjectCommand({ Bucket: names.bucket, Key: "elsewhere/mine.jpg" }));
    expect(await readSquare(clinic.ports.table, square.id)).toEqual(square);
  });
});

describe("the inbox", () => {
  it("has files that wait for too long, and tells of those that were refused", async () => {
    clinic.sandbox.inbox.close();
    for (const key of ["inbox/late.jpg", "refused/words.txt.jpg", "refused/words.txt.jpg.txt"]) await putObject(key);
    expect((await clinic.examine())["inbox"]).toMatchObject({ state: "ok" });
    const checks = await clinic.examine({ clock: () => Date.now() + 2 * hour });
    expect(checks["inbox"]).toMatchObject({ state: "warning", of: ["inbox/late.jpg"] });
    expect(checks["refused"]).toMatchObject({ state: "info", of: ["refused/words.txt.jpg"] });
    expect(checks["strays"]).toMatchObject({ state: "ok" });
  });
});

describe("look-alikes that nobody has decided on", () => {
  it("are no files that wait for too long, and keep the thumbnail by which a person compares", async () => {
    const square = await clinic.add();
    const uploadId = await send(clinic, { name: "again.jpg", bytes: await alike("dandelion-evening.jpg") });
    shift = 2 * hour;
    const later = await clinic.examine({ clock: () => Date.now() + 2 * hour });
    expect(later["inbox"]).toMatchObject({
      state: "info",
      wayOut: expect.stringContaining("after 30 days"),
      of: [`again.jpg, like ${square.id}`],
    });
    expect(later["strays"]).toMatchObject({ state: "ok" });
    expect(await repaired("strays")).toMatchObject({ outcome: "nothing to do" });
    expect((await clinic.examine())["pictures"]).toMatchObject({ state: "ok" });

    await declineUpload(clinic.ports.table, uploadId);
    expect(await repaired("strays")).toMatchObject({
      outcome: "repaired",
      of: [expect.stringMatching(/^thumbnails\//)],
    });
    expect((await clinic.examine())["inbox"]).toMatchObject({ state: "ok" });
  });
});

describe("claims, review and alt texts", () => {
  it("takes back claims that are over, and leaves alone what is young, in posting or in review", async () => {
    const { table } = clinic.ports;
    const long = Date.now() - 3 * hour;
    const claim = (id: string, now: number) => claimNext(table, { execution: `run-${id}`, squareId: id, now });
    await putQueued(table, ...["dead", "young", "sent", "held"].map((id) => ({ id, sortKey: id })));
    for (const id of ["dead", "sent", "held"]) await claim(id, long);
    await claim("young", Date.now());
    const sending = {
      mediaId: "7",
      mediaExpiresAt: new Date(long + 24 * hour).toISOString(),
      tweetBody: "{}",
    };
    const execution = "run-sent";
    await startPosting(table, { id: "sent", execution, ...sending, mostPostsADay: 9, now: long });
    const error = { name: "UnknownOutcome", message: "cut" };
    await putInReview(table, { id: "held", execution: "run-held", error, now: long });
    const before = await Promise.all(["young", "sent", "held"].map((id) => readSquare(table, id)));

    const checks = await clinic.examine();
    expect(checks["claims"]).toMatchObject({
      state: "warning",
      repairable: true,
      what: "2 squares are claimed by a run that has ended.",
      wayOut: expect.stringContaining("2x2 reconcile"),
    });
    expect(checks["review"]).toMatchObject({ state: "warning", of: ["held"], wayOut: "Decide on them: 2x2 review." });
    expect(await repaired("claims")).toMatchObject({ outcome: "repaired", of: ["dead"] });
    expect(await readSquare(table, "dead")).toMatchObject({ status: "queued", sortKey: "dead" });
    expect(await Promise.all(["young", "sent", "held"].map((id) => readSquare(table, id)))).toEqual(before);
    const { stock, counted } = await wholeTable(table);
    expect(stock).toEqual(counted);
    expect((await clinic.examine())["claims"]).toMatchObject({ of: ["sent (posting), by run-sent"] });
  });

  it("names the squares whose deletion was cut off, and misses none of their pictures", async () => {
    const { table } = clinic.ports;
    const { id, objectKey } = await clinic.add("dandelion-evening.jpg", { altText: "A dandelion" });
    const now = new Date().toISOString();
    await changeStatus(table, { id, from: "queued", to: "withdrawn", sortKey: now, now, set: { deletingSince: now } });
    await removeObject(objectKey);
    const checks = await clinic.examine();
    expect(checks["deletions"]).toMatchObject({ state: "warning", of: [id], wayOut: "Finish it: 2x2 delete ID." });
    expect(checks["pictures"]).toMatchObject({ state: "ok" });
    await deleteSquare(clinic.ports, { id });
    expect((await clinic.examine())["deletions"]).toMatchObject({ state: "ok" });
  });

  it("counts the squares without alt text", async () => {
    await clinic.add("dandelion-evening.jpg", { altText: "A dandelion" });
    await clinic.add("autumn-ridge.jpg");
    expect((await clinic.examine())["alt texts"]).toMatchObject({
      state: "warning",
      what: "1 square not posted yet has no alt text.",
      wayOut: expect.stringContaining("2x2 edit ID --alt TEXT"),
    });
  });
});
