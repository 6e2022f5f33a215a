import { PutObjectCommand } from "@aws-sdk/client-s3";
import { addSquare } from "@twobytwo/core/adding/add-square";
import type { Check } from "@twobytwo/core/doctor/check";
import type { Repair } from "@twobytwo/core/doctor/repair";
import { claimNext } from "@twobytwo/core/posting/claim";
import { putInReview } from "@twobytwo/core/posting/give-up";
import { startPosting, tweetBodyOf } from "@twobytwo/core/posting/journal";
import type { Reconciled } from "@twobytwo/core/posting/reconcile-open";
import { readStock, readStockRow } from "@twobytwo/core/squares/stock";
import { readSquare } from "@twobytwo/core/squares/table";
import { markUnconfirmed } from "@twobytwo/core/squares/table-identity";
import { countStock } from "@twobytwo/core/test/squares/table-fixture";
import { createXClient } from "@twobytwo/core/x/client";
import { names } from "@twobytwo/sandbox/names";
import { openStage, picture, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run2x2 } from "./command.ts";

interface Report {
  stage: string;
  repairs: Repair[];
  checks: Check[];
}

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const run = (...args: string[]) => run2x2(args, { directory: stage.directory });

/** One document and nothing else, as `--json` promises. */
async function json<Document>(...args: string[]) {
  const { code, stdout, stderr } = await run(...args, "--json");
  return { code, stderr, document: JSON.parse(stdout) as Document };
}

const miscount = () => countStock(stage.ports.table, { queued: 3 });

describe("2x2 confirm", () => {
  it("shows how account and table differ, changes nothing without a person's word, and can be repeated", async () => {
    await stage.add();
    await markUnconfirmed(stage.ports.table, "This table was filled from an archive");
    const asked = await run("confirm");
    expect(asked.stderr).toMatch(/✗ table's identity .*was filled from an archive.*✓ account/s);
    expect([asked.code, asked.stdout]).toEqual([1, expect.stringMatching(/^Not confirmed: nothing was changed/)]);
    expect(await readStockRow(stage.ports.table)).toHaveProperty("unconfirmed");
    expect(await run("confirm", "--yes")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Confirmed/) });
    expect(await readStockRow(stage.ports.table)).not.toHaveProperty("unconfirmed");
    expect((await run("confirm")).stdout).toMatch(/^There is nothing to confirm/);
  });
});

describe("2x2 doctor", () => {
  it("ends with 0 where all is well, and prints a line a check", async () => {
    await stage.add("dandelion-evening.jpg", { altText: "A dandelion" });
    const [words, { document, code, stderr }] = [await run("doctor"), await json<Report>("doctor")];
    expect(words).toMatchObject({ code: 0, stderr: "" });
    expect(words.stdout).toMatch(/^✓ X keys {2,}X accepts the keys, of @/m);
    expect(words.stdout).toContain("x.com/settings/automation");
    expect(words.stdout).toMatch(/Everything is fine\.\n$/);
    expect([code, stderr]).toEqual([0, ""]);
    expect(document).toMatchObject({ stage: "sandbox", repairs: [] });
    expect(document.checks.filter(({ state }) => state !== "ok").map(({ name }) => name)).toEqual(["automation label"]);
    expect(stage.sandbox.x.calls().map(({ operation }) => operation)).toEqual(["GET /2/users/me", "GET /2/users/me"]);
  });

  it("ends with 1 where something is wrong, says the way out, and repairs it when told to", async () => {
    await stage.add("dandelion-evening.jpg", { altText: "A dandelion" });
    await miscount();
    const { clients } = stage.sandbox;
    await clients.s3.send(new PutObjectCommand({ Bucket: names.bucket, Key: "squares/stray.jpg", Body: "stray" }));

    const words = await run("doctor");
    expect(words.code).toBe(1);
    expect(words.stdout).toMatch(/✗ stock .*\n.*queued: 4 counted, 1 there\n.*→ Recount it: 2x2 doctor --repair/);
    expect(words.stdout).toMatch(/1 wrong, 1 warning\. `2x2 doctor --repair` fixes some of it\.\n$/);
    expect(await readStock(stage.ports.table)).toMatchObject({ queued: 4 });

    const { code, document } = await json<Report>("doctor", "--repair");
    expect(code).toBe(0);
    expect(document.repairs).toContainEqual(expect.objectContaining({ name: "stock", outcome: "repaired" }));
    expect(document.checks).toContainEqual(expect.objectContaining({ name: "stock", state: "ok" }));
    expect(document.checks).toContainEqual(expect.objectContaining({ name: "strays", state: "warning" }));
    expect(await readStock(stage.ports.table)).toMatchObject({ queued: 1 });
  });

  it("leaves the stock right and robs no square when it repairs while pictures are added", async () => {
    await miscount();
    const bytes = await picture("dandelion-evening.jpg");
    const adding = async () => {
      for (let index = 0; index < 8; index += 1) {
        const unlike = Buffer.concat([bytes, Buffer.from(`number ${index}`)]);
        await addSquare(stage.ports, { name: `${index}.jpg`, title: "", bytes: unlike, allowSimilar: true });
      }
    };
    await Promise.all([adding(), run("doctor", "--repair"), run("doctor", "--repair")]);
    const { document } = await json<Report>("doctor", "--repair", "--older-than", "0m");
    expect(document.checks.filter(({ state }) => state === "wrong")).toEqual([]);
    expect(document.checks).toContainEqual(expect.objectContaining({ name: "pictures", state: "ok" }));
    expect(await stage.stock()).toEqual({ queued: 8 });
  });

  it("refuses what it does not understand", async () => {
    expect(await run("doctor", "--older-than", "1h")).toMatchObject({ code: 2 });
    expect(await run("doctor", "--repair", "--older-than", "soon")).toMatchObject({ code: 2 });
  });
});

describe("2x2 reconcile", () => {
  it("says that there is nothing to find out", async () => {
    expect(await run("reconcile")).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to do") });
    expect((await json("reconcile")).document).toEqual([]);
  });

  it("finds the post of a square that is held for review, and prints a line a square", async () => {
    const { table } = stage.ports;
    const x = createXClient({
      credentials: await stage.credentials(),
      baseUrl: stage.sandbox.endpoints.x,
      clock: Date.now,
      deadlineMs: 5_000,
    });
    const [out, never] = [await stage.add("dandelion-evening.jpg"), await stage.add("two-spaniels.jpg")];
    const held = { error: { name: "UnknownOutcome", message: "cut" }, now: Date.now() };
    const now = Date.now();
    for (const { id } of [out, never]) await claimNext(table, { execution: `run-${id}`, squareId: id, now });
    const execution = `run-${out.id}`;
    const bytes = await picture("dandelion-evening.jpg");
    const media = await x.upload({ chunks: [bytes], size: bytes.length, contentType: "image/jpeg" });
    const tweetBody = tweetBodyOf(out, media.id);
    const sending = { mediaId: media.id, mediaExpiresAt: media.expiresAt, tweetBody };
    await startPosting(table, { id: out.id, execution, ...sending, mostPostsADay: 9, now });
    const { id: tweetId } = await x.post(tweetBody);
    for (const { id } of [out, never]) await putInReview(table, { id, execution: `run-${id}`, ...held });

    const { document, code } = await json<Reconciled[]>("reconcile");
    expect(code).toBe(0);
    expect(document.find(({ id }) => id === out.id)).toMatchObject({ from: "review", to: "posted", tweetId });
    expect(await readSquare(table, out.id)).toMatchObject({ status: "posted", tweetId });
    const words = await run("reconcile");
    expect(words.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(words.stdout).toContain(never.id);
    expect(words.stdout).toContain("2x2 review");
  });
});
