import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Account, account, duplicateBody, multipart, png } from "./account.ts";

let directory: string;
const open: Account[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "twobytwo-x-"));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ x }) => x.close()));
  await rm(directory, { recursive: true });
});

async function start(options: Parameters<typeof account>[0] = {}): Promise<Account> {
  const started = await account({ directory, ...options });
  open.push(started);
  return started;
}

describe("a directory", () => {
  it("keeps posts, pictures, alt texts and the memory of duplicates over a restart", async () => {
    const before = await start();
    const bytes = png(8, 8, Buffer.from("\r\n\0\xff", "latin1"));
    const id = await before.upload(bytes);
    const metadata = { alt_text: { text: "größe 🟦" } };
    await before.call("POST", "/2/media/metadata", { json: { id, metadata } });
    const posted = await before.post("Größe 🟦", [id]);
    const timeline =
      "/2/users/4242/tweets?expansions=attachments.media_keys&media.fields=alt_text&tweet.fields=created_at";
    const shown = (await before.call("GET", timeline)).text;
    await before.x.close();

    const after = await start();
    expect((await after.call("GET", timeline)).text).toBe(shown);
    expect((await after.x.media(id))?.bytes.equals(bytes)).toBe(true);
    expect(await after.post("Größe 🟦", [id])).toMatchObject({ status: 403, body: duplicateBody });
    await after.call("DELETE", `/2/tweets/${posted.body.data.id}`);
    await after.x.close();

    const last = await start();
    expect(last.x.posts()).toEqual([]);
    const again = await last.post("Größe 🟦", [id]);
    expect(again.status).toBe(201);
    expect(BigInt(again.body.data.id)).toBeGreaterThan(BigInt(posted.body.data.id));
  });

  it("has a post before its answer is sent: another process reads it while the first never came to an end", async () => {
    const first = await start();
    const id = await first.upload();
    first.x.inject({ kind: "hang", afterEffect: true, operation: "POST /2/tweets" });
    const unanswered = expect(first.post("words", [id])).rejects.toThrow("fetch failed");
    await first.x.held();
    const second = await start();
    expect(second.x.posts()).toMatchObject([{ text: "words", mediaIds: [id] }]);
    expect(await second.post("words", [id])).toMatchObject({ status: 403, body: duplicateBody });
    first.x.release();
    await unanswered;
  });

  it("goes on with an upload in segments", async () => {
    const before = await start();
    const bytes = png(8, 8);
    const { id } = (
      await before.call("POST", "/2/media/upload/initialize", {
        json: { media_type: "image/png", total_bytes: bytes.length, media_category: "tweet_image" },
      })
    ).body.data;
    const append = (acc: Account, index: string, media: Buffer) =>
      acc.call("POST", `/2/media/upload/${id}/append`, { raw: multipart({ segment_index: index, media }) });
    await append(before, "0", bytes.subarray(0, 50));
    await before.x.close();

    const after = await start();
    await append(after, "1", bytes.subarray(50));
    expect((await after.call("POST", `/2/media/upload/${id}/finalize`, { json: {} })).status).toBe(200);
    expect((await after.x.media(id))?.bytes.equals(bytes)).toBe(true);
    expect(await readdir(directory)).not.toContain(`segments-${id}`);
  });

  it("throws away uploads that expired unposted, and keeps those of posts", async () => {
    const before = await start();
    const posted = await before.upload();
    await before.post("words", [posted]);
    const unposted = await before.upload();
    await before.x.close();
    const after = await start({ clock: () => Date.parse("2026-11-26T10:00:00Z") });
    expect(await after.x.media(posted)).toBeDefined();
    expect(await after.x.media(unposted)).toBeUndefined();
    expect(await readdir(join(directory, "media"))).toEqual([`${posted}.bytes`, `${posted}.json`]);
  });

  it("ignores what a crash left half written, and names a file that is broken", async () => {
    const before = await start();
    await before.post("words");
    await before.x.close();
    await writeFile(join(directory, "posts", "abc.unfinished"), '{"id":');
    const after = await start();
    expect(after.x.posts()).toHaveLength(1);
    await after.x.close();
    await writeFile(join(directory, "posts", "5.json"), '{"id":');
    await expect(start()).rejects.toThrow("x/posts/5.json is damaged: delete it");
  });

  it("forgets on the disk what a reset forgets", async () => {
    const before = await start();
    await before.post("words", [await before.upload()]);
    await before.x.reset();
    await before.x.close();
    const after = await start();
    expect(after.x.posts()).toEqual([]);
    expect(await readdir(join(directory, "media"))).toEqual([]);
  });
});
