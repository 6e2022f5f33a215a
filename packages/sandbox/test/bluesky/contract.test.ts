import { type BlueskyClient, createBlueskyClient } from "@twobytwo/core/bluesky/client";
import type { PictureStream } from "@twobytwo/core/pictures/postable";
import { startBluesky } from "@twobytwo/sandbox/bluesky/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Server } from "./contract.ts";
import { startRealServer } from "./real-server.ts";

/** Of Bluesky's own server, where `npm run test:bluesky` has installed it. */
const installed = process.env["TWOBYTWO_BLUESKY_SERVER"];

let server: Server;
let client: BlueskyClient;
let number = 1_700_000_000_000;
const at = "2026-11-28T12:00:00.000Z";

async function startStandIn(): Promise<Server> {
  const { url, did, password, handle, close } = await startBluesky();
  return { credentials: { service: url, account: did, password: password() }, handle, close };
}

const connect = (more: object = {}) =>
  createBlueskyClient({ credentials: { ...server.credentials, ...more }, clock: Date.now, deadlineMs: 20_000 });

beforeAll(async () => {
  server = installed ? await startRealServer(installed) : await startStandIn();
  client = connect();
}, 60_000);
afterAll(() => server.close());

/** A JPEG of one pixel, with something behind its end that makes it a picture of its own. */
function picture(unlike: string, bytes = 0): PictureStream {
  const pixel = Buffer.from(
    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==",
    "base64",
  );
  const all = Buffer.concat([
    pixel,
    Buffer.from(unlike),
    Buffer.alloc(Math.max(0, bytes - pixel.length - unlike.length)),
  ]);
  return { contentType: "image/jpeg", size: all.length, chunks: [all] };
}

/** A post of X that nobody has shared yet. */
const nextId = () => {
  number += 1;
  return client.idOf(String(BigInt(number) << 22n));
};

const words = { caption: "Autumn ridge", altText: "A ridge", width: 1, height: 1 };

async function ready(id = nextId(), more: object = {}) {
  const media = await client.upload(picture(id));
  return { id, media, body: await client.bodyOf(id, { ...words, ...more }, media, at) };
}

async function records(): Promise<{ uri: string; value: Record<string, unknown> }[]> {
  const { service, account } = server.credentials;
  const address = `${service}/xrpc/com.atproto.repo.listRecords?repo=${account}&collection=app.bsky.feed.post&limit=100`;
  return ((await (await fetch(address)).json()) as { records: never[] }).records;
}
const recordOf = async (id: string) => (await records()).filter(({ uri }) => uri === id);

describe(installed ? "Bluesky's own server" : "the sandbox's Bluesky", () => {
  it("does not let in who has another password", async () => {
    await expect(connect({ password: "wrong" }).me()).rejects.toMatchObject({ name: "NotAuthorized" });
  });

  it("knows the account by its handle as well", async () => {
    expect(await connect({ account: server.handle }).me()).toMatchObject({
      id: server.credentials.account,
      username: server.handle,
    });
  });

  it("makes one post of one body, however often it is sent", async () => {
    const { id, body } = await ready();
    expect(await client.has(id)).toBe(false);
    expect(await client.post(body)).toEqual({ id });
    await Promise.all([client.post(body), client.post(body)]);
    expect(await client.has(id)).toBe(true);
    expect(await recordOf(id)).toHaveLength(1);
  });

  it("makes one post of two bodies of one key", async () => {
    const { id, media, body } = await ready();
    await client.post(body);
    await client.post(await client.bodyOf(id, { ...words, altText: "Another" }, media, at));
    expect(await recordOf(id)).toHaveLength(1);
  });

  it("forgets the picture of a post that is taken down, so that the same body does not bring it back", async () => {
    const { id, body } = await ready();
    await client.post(body);
    await client.deletePost(id);
    const refused = await client.post(body).catch((error: unknown) => error);
    expect(client.isPictureGone(refused)).toBe(true);
    expect(await client.has(id)).toBe(false);
  });

  it("takes a post down once, and a second time without an error", async () => {
    const { id, body } = await ready();
    await client.post(body);
    await client.deletePost(id);
    await client.deletePost(id);
    expect(await recordOf(id)).toEqual([]);
  });

  it("shows text, links, tags, mentions and alt text as they were sent", async () => {
    const caption = `Für @${server.handle} und @nobody.test 🎨 #öl https://example.org/a/long/path/of/words`;
    const { id, body } = await ready(nextId(), { caption });
    await client.post(body);
    const [record] = await recordOf(id);
    const { text, facets } = record!.value as {
      text: string;
      facets: { index: { byteStart: number; byteEnd: number }; features: object[] }[];
    };
    expect(text).toBe(
      `Für @${server.handle} und @nobody.test 🎨 #öl example.org/a/long/path/...`.replace(
        "/a/long/path/...",
        "/a/long/path/...",
      ),
    );
    const shown = facets.map(({ index, features: [feature] }) => [
      Buffer.from(text).subarray(index.byteStart, index.byteEnd).toString(),
      feature,
    ]);
    expect(shown).toEqual([
      [`@${server.handle}`, { $type: "app.bsky.richtext.facet#mention", did: server.credentials.account }],
      ["#öl", { $type: "app.bsky.richtext.facet#tag", tag: "öl" }],
      [
        "example.org/a/long/path/...",
        { $type: "app.bsky.richtext.facet#link", uri: "https://example.org/a/long/path/of/words" },
      ],
    ]);
    expect(record!.value).toMatchObject({ createdAt: at, embed: { images: [{ alt: "A ridge" }] } });
  });

  it("takes 300 characters as people count them, and no more", async () => {
    const { id, media } = await ready();
    await client.post(await client.bodyOf(id, { ...words, caption: "👩‍👩‍👧".repeat(160) }, media, at));
    await expect(client.bodyOf(id, { ...words, caption: "a".repeat(301) }, media, at)).rejects.toThrow(
      "counts as 301 characters, and Bluesky accepts 300",
    );
    const body = JSON.parse(await client.bodyOf(id, words, media, at)) as { record: object };
    await expect(
      client.post(JSON.stringify({ ...body, record: { ...body.record, text: "a".repeat(301) } })),
    ).rejects.toMatchObject({ name: "Rejected" });
  });

  it("takes pictures of two million bytes, and no more", async () => {
    const [id, other] = [nextId(), nextId()];
    await client.post(await client.bodyOf(id, words, await client.upload(picture(id, 2_000_000)), at));
    await expect(client.upload(picture(other, 2_000_001))).rejects.toMatchObject({ name: "MediaInvalid" });
    const uploaded = await client.upload({ ...picture(other, 2_000_001), size: 1 });
    await expect(client.post(await client.bodyOf(other, words, uploaded, at))).rejects.toMatchObject({
      name: "Rejected",
    });
  });

  it("refuses a key that is none", async () => {
    const { id, body } = await ready();
    await expect(client.post(body.replace(id, `${id}x`))).rejects.toMatchObject({ name: "Rejected" });
  });
});
