import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Account,
  account,
  gif,
  invalidMediaBody,
  invalidRequestBody,
  jpeg,
  multipart,
  png,
  restart,
  webp,
} from "./account.ts";

let acc: Account;
beforeAll(async () => {
  acc = await account();
});
beforeEach(() => restart(acc));
afterAll(() => acc.x.close());

const upload = (json: unknown) => acc.call("POST", "/2/media/upload", { json });
const image = (bytes: Buffer) => ({ media: bytes.toString("base64"), media_category: "tweet_image" });

/** Bytes that a decoder of text, of base64 or of multipart would stumble over. */
const hostile = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  Buffer.from("\r\n-----boundary-of-a-test--\r\n\r\n------boundary-of-a-testX\r\n%00=&+ ☃"),
  Buffer.from([0xff, 0xfe, 0xef, 0xbb, 0xbf, 0xed, 0xa0, 0x80]),
]);

describe("one-shot upload", () => {
  it("answers what X answers, keys in alphabetical order", async () => {
    const bytes = png(8, 6);
    const answer = await upload(image(bytes));
    expect(answer.status).toBe(200);
    expect(answer.type).toBe("application/json; charset=utf-8");
    const { id } = answer.body.data;
    expect(id).toMatch(/^[0-9]{1,19}$/);
    expect(answer.text).toBe(
      `{"data":{"expires_after_secs":86400,"id":"${id}","image":{"h":6,"image_type":"image/png","w":8},` +
        `"media_key":"3_${id}","size":${bytes.length}}}`,
    );
  });

  it("keeps every byte of a base64 body and of a multipart body without file names", async () => {
    const bytes = png(8, 8, hostile);
    const base64 = await upload(image(bytes));
    expect((await acc.x.media(base64.body.data.id))?.bytes.equals(bytes)).toBe(true);

    const raw = multipart({ media_category: "tweet_image", media: bytes });
    const answer = await acc.call("POST", "/2/media/upload", { raw });
    expect(answer.status).toBe(200);
    expect((await acc.x.media(answer.body.data.id))?.bytes.equals(bytes)).toBe(true);
  });

  it.each([
    ["image/png", png(5, 6)],
    ["image/jpeg", jpeg(5, 6)],
    ["image/webp", webp(5, 6)],
    ["image/gif", gif(5, 6)],
  ])("knows %s by its bytes", async (type, bytes) => {
    expect((await upload(image(bytes))).body.data.image).toEqual({ image_type: type, w: 5, h: 6 });
  });

  it("gives a GIF upload the media key of a GIF", async () => {
    const { body } = await upload({ media: gif(5, 6).toString("base64"), media_category: "tweet_gif" });
    expect(body.data.media_key).toBe(`16_${body.data.id}`);
  });

  it.each([
    ["a missing category", { media: "AAAA" }, "$.media_category: is missing but it is required"],
    ["missing bytes", { media_category: "tweet_image" }, "$.media: is missing but it is required"],
    ["empty bytes", { media: "", media_category: "tweet_image" }, "$.media: is empty"],
    ["what is not base64", { media: "A*==", media_category: "tweet_image" }, "$.media: is not base64"],
    [
      "the media_type of the old form",
      { ...image(png(4, 4)), media_type: "image/png" },
      "$.media_type: is not defined in the schema and the schema does not allow additional properties",
    ],
    [
      "the shared flag of the old form",
      { ...image(png(4, 4)), shared: true },
      "$.shared: is not defined in the schema and the schema does not allow additional properties",
    ],
    [
      "owners that are no ids",
      { ...image(png(4, 4)), additional_owners: "1,me" },
      "$.additional_owners: is no list of user ids",
    ],
  ])("refuses %s", async (_case, json, message) => {
    const answer = await upload(json);
    expect(answer.status).toBe(400);
    expect(answer.type).toBe("application/problem+json");
    expect(answer.body).toEqual(invalidRequestBody(message));
  });

  it("refuses a category that is none, and one that the sandbox leaves to the real X", async () => {
    const unknown = await upload({ ...image(png(4, 4)), media_category: "photo" });
    expect(unknown.status).toBe(400);
    expect(unknown.body.errors[0].message).toMatch(/^\$\.media_category: /);
    const video = await upload({ ...image(png(4, 4)), media_category: "tweet_video" });
    expect(video.status).toBe(400);
    expect(video.body.errors[0].message).toContain("use tweet_image or tweet_gif here");
  });

  it("refuses bytes that are no picture, and a still picture as a GIF", async () => {
    const message = "The media type is unsupported.";
    const text = await upload(image(Buffer.from("<svg/>")));
    expect(text).toMatchObject({ status: 400, body: invalidRequestBody(message, { media: [] }) });
    const still = await upload({ media: png(4, 4).toString("base64"), media_category: "tweet_gif" });
    expect(still).toMatchObject({ status: 400, body: invalidRequestBody(message, { media: [] }) });
  });

  it("takes a picture of 5 MB and no byte more, a GIF of 15 MB and no byte more", async () => {
    const padded = (bytes: Buffer, size: number) => Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
    const send = (media: Buffer, media_category: string) =>
      acc.call("POST", "/2/media/upload", { raw: multipart({ media_category, media }) });
    for (const [bytes, category, limit] of [
      [png(4, 4), "tweet_image", 5_242_880],
      [gif(4, 4), "tweet_gif", 15_728_640],
    ] as const) {
      expect((await send(padded(bytes, limit), category)).status).toBe(200);
      expect(await send(padded(bytes, limit + 1), category)).toMatchObject({
        status: 400,
        body: invalidRequestBody(`File size exceeds ${limit} bytes.`, { media: [String(limit + 1)] }),
      });
    }
  });

  it("refuses a picture with a side below four", async () => {
    for (const bytes of [png(3, 40), png(40, 3), gif(3, 3)])
      expect(await upload(image(bytes))).toMatchObject({
        status: 400,
        body: invalidRequestBody("The picture is smaller than 4 x 4.", { media: [] }),
      });
    expect((await upload(image(png(4, 4)))).status).toBe(200);
  });

  it("refuses an animated GIF that is too wide", async () => {
    const answer = await upload({ media: gif(1281, 4).toString("base64"), media_category: "tweet_gif" });
    expect(answer).toMatchObject({
      status: 400,
      body: invalidRequestBody("The GIF is larger than 1280 x 1080.", { media: [] }),
    });
  });

  it("refuses a malformed multipart body, a field given twice, and the old command", async () => {
    const broken = { type: "multipart/form-data; boundary=x", body: "--x\r\n" };
    expect(await acc.call("POST", "/2/media/upload", { raw: broken })).toMatchObject({
      status: 400,
      body: invalidRequestBody("The multipart body is malformed."),
    });
    const part = (value: string) => `--x\r\nContent-Disposition: form-data; name="media_category"\r\n\r\n${value}\r\n`;
    const twice = { type: "multipart/form-data; boundary=x", body: `${part("a")}${part("b")}--x--` };
    expect(await acc.call("POST", "/2/media/upload", { raw: twice })).toMatchObject({
      status: 400,
      body: invalidRequestBody("$.media_category: is given more than once", { media_category: [] }),
    });
    expect(await acc.call("POST", "/2/media/upload?command=INIT", { json: {} })).toMatchObject({
      status: 400,
      body: invalidRequestBody("The query parameter [command] is not one of []", { command: [] }),
    });
  });
});

describe("chunked upload", () => {
  const initialize = (json: unknown) => acc.call("POST", "/2/media/upload/initialize", { json });
  const append = (id: string, index: string, media: Buffer) =>
    acc.call("POST", `/2/media/upload/${id}/append`, { raw: multipart({ segment_index: index, media }) });
  const finalize = (id: string) => acc.call("POST", `/2/media/upload/${id}/finalize`, { json: {} });
  const status = (id: string) => acc.call("GET", `/2/media/upload?command=STATUS&media_id=${id}`);

  it("joins segments by their index, whatever their order", async () => {
    const bytes = png(8, 8, hostile);
    const json = { media_type: "image/png", total_bytes: bytes.length, media_category: "tweet_image", shared: false };
    const begun = await initialize(json);
    const { id } = begun.body.data;
    expect(begun).toMatchObject({
      status: 200,
      body: { data: { id, media_key: `3_${id}`, expires_after_secs: 86400 } },
    });
    expect((await status(id)).body.data.processing_info).toEqual({ state: "pending", check_after_secs: 1 });
    expect(await acc.x.media(id)).toBeUndefined();

    expect((await append(id, "1", bytes.subarray(100))).body).toEqual({
      data: { expires_at: acc.clock.now / 1000 + 86_400 },
    });
    const first = { segment_index: 0, media: bytes.subarray(0, 100).toString("base64") };
    expect((await acc.call("POST", `/2/media/upload/${id}/append`, { json: first })).status).toBe(200);

    const done = await finalize(id);
    const data = {
      id,
      media_key: `3_${id}`,
      expires_after_secs: 86400,
      size: bytes.length,
      image: { image_type: "image/png", w: 8, h: 8 },
    };
    expect(done).toMatchObject({ status: 200, body: { data } });
    expect((await status(id)).body).toEqual({ data });
    expect((await finalize(id)).body).toEqual({ data });
    expect((await acc.x.media(id))?.bytes.equals(bytes)).toBe(true);
    expect(await append(id, "2", bytes)).toMatchObject({
      status: 400,
      body: invalidRequestBody("The upload is finalized already.", { id: [id] }),
    });
  });

  it("needs no property at all to begin, and takes none that it does not know", async () => {
    expect((await initialize({})).status).toBe(200);
    expect((await initialize({ name: "a.png" })).body).toEqual(
      invalidRequestBody("$.name: is not defined in the schema and the schema does not allow additional properties"),
    );
    expect((await initialize({ total_bytes: 5_242_881 })).body).toEqual(
      invalidRequestBody("File size exceeds 5242880 bytes.", { media: ["5242881"] }),
    );
    expect((await initialize({ media_type: "image/heic" })).status).toBe(400);
  });

  it("numbers segments from 0 to 999", async () => {
    const { id } = (await initialize({})).body.data;
    expect((await append(id, "0", png(4, 4))).status).toBe(200);
    expect((await append(id, "999", png(4, 4))).status).toBe(200);
    const refused = { status: 400, body: invalidRequestBody("$.segment_index: is not a number from 0 to 999") };
    for (const index of ["1000", "-1", "0.5", "one", ""]) {
      expect(await append(id, index, png(4, 4))).toMatchObject(refused);
    }
    const missing = await acc.call("POST", `/2/media/upload/${id}/append`, { json: { media: "AAAA" } });
    expect(missing.body).toEqual(invalidRequestBody("$.segment_index: is missing but it is required"));
  });

  it("does not finalize without a JSON object as the body", async () => {
    const { id } = (await initialize({})).body.data;
    await append(id, "0", png(4, 4));
    const path = `/2/media/upload/${id}/finalize`;
    const refused = { status: 400, body: invalidRequestBody("Request body must be a JSON object.") };
    expect(await acc.call("POST", path)).toMatchObject(refused);
    expect(await acc.call("POST", path, { json: [] })).toMatchObject(refused);
    expect(await acc.call("POST", path, { raw: { type: "application/json", body: "{" } })).toMatchObject(refused);
    expect((await acc.call("POST", path, { json: { more: 1 } })).status).toBe(400);
    expect((await finalize(id)).status).toBe(200);
  });

  it("does not finalize with segments missing, of the wrong total, or that are no picture", async () => {
    const message = "Segments do not add up to the provided total file size.";
    const begin = async (json: unknown) => (await initialize(json)).body.data.id as string;
    const none = await begin({});
    expect((await finalize(none)).body).toEqual(invalidRequestBody(message, { id: [none] }));
    const gap = await begin({});
    await append(gap, "1", png(4, 4));
    expect((await finalize(gap)).body).toEqual(invalidRequestBody(message, { id: [gap] }));
    const short = await begin({ total_bytes: 1000 });
    await append(short, "0", png(4, 4));
    expect((await finalize(short)).body).toEqual(invalidRequestBody(message, { id: [short] }));
    const text = await begin({});
    await append(text, "0", Buffer.from("text"));
    expect((await finalize(text)).body).toEqual(invalidRequestBody("The media type is unsupported.", { media: [] }));
    expect(await acc.post("not yet", [text])).toMatchObject({ status: 400, body: invalidMediaBody(text) });
  });

  it("refuses ids that are no ids, and those that nothing was begun with", async () => {
    expect((await acc.call("POST", "/2/media/upload/abc/append", { json: {} })).body).toEqual(
      invalidRequestBody("The `id` query parameter value [abc] does not match ^[0-9]{1,19}$", { id: ["abc"] }),
    );
    expect(await finalize("1")).toMatchObject({ status: 400, body: invalidMediaBody("1") });
    expect(await append("1", "0", png(4, 4))).toMatchObject({ status: 400, body: invalidMediaBody("1") });
    expect(await status("1")).toMatchObject({ status: 400, body: invalidMediaBody("1") });
    expect(await acc.call("GET", "/2/media/upload?media_id=1")).toMatchObject({
      status: 400,
      body: invalidRequestBody("The `command` query parameter value [] is not one of [STATUS]", { command: [""] }),
    });
  });
});

describe("alt text", () => {
  const describeIt = (id: string, text: string) =>
    acc.call("POST", "/2/media/metadata", { json: { id, metadata: { alt_text: { text } } } });

  it("keeps up to 1000 characters of any script", async () => {
    const id = await acc.upload();
    const text = `${"ä".repeat(500)}${"🟦".repeat(500)}`;
    expect(await describeIt(id, text)).toMatchObject({
      status: 200,
      body: { data: { id, associated_metadata: { alt_text: { text } } } },
    });
    expect((await acc.x.media(id))?.altText).toBe(text);
    expect(await describeIt(id, `${text}!`)).toMatchObject({
      status: 400,
      body: invalidRequestBody("$.metadata.alt_text.text: may only be 1000 characters long"),
    });
  });

  it("takes the id alone, and not the old body", async () => {
    const id = await acc.upload();
    expect((await acc.call("POST", "/2/media/metadata", { json: { id } })).body).toEqual({
      data: { id, associated_metadata: {} },
    });
    expect((await acc.call("POST", "/2/media/metadata", { json: { media_id: id } })).status).toBe(400);
  });

  it("refuses media that is unknown or not finalized", async () => {
    expect(await describeIt("1", "a")).toMatchObject({ status: 400, body: invalidMediaBody("1") });
    const { body } = await acc.call("POST", "/2/media/upload/initialize", { json: {} });
    expect(await describeIt(body.data.id, "a")).toMatchObject({ status: 400, body: invalidMediaBody(body.data.id) });
  });
});

describe("media in posts", () => {
  it("expires after a day, or after what the setting says", async () => {
    const id = await acc.upload();
    acc.x.configure({ mediaExpiresAfterSecs: 60 });
    const short = await acc.upload();
    acc.clock.now += 59_999;
    expect((await acc.post("in time", [short])).status).toBe(201);
    acc.clock.now += 1;
    expect(await acc.post("late", [short])).toMatchObject({ status: 400, body: invalidMediaBody(short) });
    acc.clock.now += 86_400_000 - 60_001;
    expect((await acc.post("in time as well", [id])).status).toBe(201);
    acc.clock.now += 1;
    expect(await acc.post("later", [id])).toMatchObject({ status: 400, body: invalidMediaBody(id) });
  });

  it("is refused when unknown, repeated, or a GIF among others; all ids are named", async () => {
    const [one, two] = [await acc.upload(), await acc.upload()];
    expect(await acc.post("a", [one, "77"])).toMatchObject({ status: 400, body: invalidMediaBody(one, "77") });
    expect(await acc.post("a", [one, one])).toMatchObject({ status: 400, body: invalidMediaBody(one, one) });
    const json = { media: gif(4, 4).toString("base64"), media_category: "tweet_gif" };
    const moving = (await upload(json)).body.data.id;
    expect(await acc.post("a", [one, moving])).toMatchObject({ status: 400, body: invalidMediaBody(one, moving) });
    expect((await acc.post("a", [one, two])).status).toBe(201);
    expect((await acc.post("b", [moving])).status).toBe(201);
  });
});
