import { describe, expect, it } from "vitest";
import {
  accountForAll,
  gif,
  invalidMediaBody,
  invalidRequestBody,
  jpeg,
  multipart,
  picture,
  png,
  webp,
} from "./account.ts";

const acc = accountForAll();

const upload = (bytes: Buffer, category?: string) =>
  acc.call("POST", "/2/media/upload", { raw: picture(bytes, category) });
const refusal = (message: string, parameters?: Record<string, string[]>) => ({
  status: 400,
  type: "application/problem+json",
  body: invalidRequestBody(message, parameters),
});

/** Bytes that a decoder of text or of multipart would stumble over. */
const hostile = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  Buffer.from("\r\n-----boundary-of-a-test--\r\n\r\n------boundary-of-a-tes\r\n%00=&+ ☃"),
  Buffer.from([0xff, 0xfe, 0xef, 0xbb, 0xbf, 0xed, 0xa0, 0x80]),
]);

describe("one-shot upload", () => {
  it("answers what X answers, keys in alphabetical order", async () => {
    const bytes = png(8, 6);
    const answer = await upload(bytes);
    expect(answer.status).toBe(200);
    expect(answer.type).toBe("application/json; charset=utf-8");
    const { id } = answer.body.data;
    expect(id).toMatch(/^[0-9]{1,19}$/);
    expect(answer.text).toBe(
      `{"data":{"expires_after_secs":86400,"id":"${id}","image":{"h":6,"image_type":"image/png","w":8},` +
        `"media_key":"3_${id}","size":${bytes.length}}}`,
    );
  });

  it("keeps every byte of a body without file names", async () => {
    const bytes = png(8, 8, hostile);
    const answer = await upload(bytes);
    expect((await acc.x.media(answer.body.data.id))?.bytes.equals(bytes)).toBe(true);
  });

  it.each([
    ["image/png", png(5, 6)],
    ["image/jpeg", jpeg(5, 6)],
    ["image/webp", webp(5, 6)],
    ["image/gif", gif(5, 6)],
  ])("knows %s by its bytes", async (type, bytes) => {
    expect((await upload(bytes)).body.data.image).toEqual({ image_type: type, w: 5, h: 6 });
  });

  it("gives a GIF upload the media key of a GIF", async () => {
    const { body } = await upload(gif(5, 6), "tweet_gif");
    expect(body.data.media_key).toBe(`16_${body.data.id}`);
  });

  it.each([
    ["a missing category", { media: png(4, 4) }, "$.media_category: is missing but it is required"],
    ["missing bytes", { media_category: "tweet_image" }, "$.media: is missing but it is required"],
    ["empty bytes", { media: "", media_category: "tweet_image" }, "$.media: is empty"],
    [
      "the media_type of the old form",
      { media: png(4, 4), media_category: "tweet_image", media_type: "image/png" },
      "$.media_type: is not defined in the schema and the schema does not allow additional properties",
    ],
    [
      "a category that the sandbox leaves to the real X",
      { media: png(4, 4), media_category: "tweet_video" },
      "$.media_category: the sandbox's X takes pictures for posts alone: use tweet_image or tweet_gif",
    ],
  ])("refuses %s", async (_case, fields, message) => {
    expect(await acc.call("POST", "/2/media/upload", { raw: multipart(fields) })).toMatchObject(refusal(message));
  });

  it.each([
    ["bytes that are no picture", Buffer.from("<svg/>"), "tweet_image", "The media type is unsupported."],
    ["a still picture as a GIF", png(4, 4), "tweet_gif", "The media type is unsupported."],
    ["a side below four", png(3, 40), "tweet_image", "The picture is smaller than 4 x 4."],
    ["another side below four", png(40, 3), "tweet_image", "The picture is smaller than 4 x 4."],
    ["a GIF that is too wide", gif(1281, 4), "tweet_gif", "The GIF is larger than 1280 x 1080."],
  ])("refuses %s", async (_case, bytes, category, message) => {
    expect(await upload(bytes, category)).toMatchObject(refusal(message, { media: [] }));
    expect((await upload(png(4, 4))).status).toBe(200);
  });

  it("takes a picture of 5 MB and no byte more, a GIF of 15 MB and no byte more", async () => {
    const padded = (bytes: Buffer, size: number) => Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
    for (const [bytes, category, limit] of [
      [png(4, 4), "tweet_image", 5_242_880],
      [gif(4, 4), "tweet_gif", 15_728_640],
    ] as const) {
      expect((await upload(padded(bytes, limit), category)).status).toBe(200);
      expect(await upload(padded(bytes, limit + 1), category)).toMatchObject({
        status: 400,
        body: invalidRequestBody(`File size exceeds ${limit} bytes.`, { media: [String(limit + 1)] }),
      });
    }
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
  const begun = (total: number) => ({ media_type: "image/png", total_bytes: total, media_category: "tweet_image" });
  const initialize = (json: unknown) => acc.call("POST", "/2/media/upload/initialize", { json });
  const append = (id: string, index: string, media: Buffer) =>
    acc.call("POST", `/2/media/upload/${id}/append`, { raw: multipart({ segment_index: index, media }) });
  const finalize = (id: string) => acc.call("POST", `/2/media/upload/${id}/finalize`, { json: {} });
  const begin = async (total: number) => (await initialize(begun(total))).body.data.id as string;

  it("joins segments by their index, whatever their order", async () => {
    const bytes = png(8, 8, hostile);
    const started = await initialize(begun(bytes.length));
    const { id } = started.body.data;
    expect(started).toMatchObject({
      status: 200,
      body: { data: { id, media_key: `3_${id}`, expires_after_secs: 86400 } },
    });
    expect(await acc.x.media(id)).toBeUndefined();
    expect(await acc.post("not yet", [id])).toMatchObject({ status: 400, body: invalidMediaBody(id) });
    expect((await append(id, "1", bytes.subarray(100))).body).toEqual({
      data: { expires_at: acc.clock.now / 1000 + 86_400 },
    });
    expect((await append(id, "0", bytes.subarray(0, 100))).status).toBe(200);
    const image = { image_type: "image/png", w: 8, h: 8 };
    const data = { id, media_key: `3_${id}`, expires_after_secs: 86400, size: bytes.length, image };
    expect(await finalize(id)).toMatchObject({ status: 200, body: { data } });
    expect((await finalize(id)).body).toEqual({ data });
    expect((await acc.x.media(id))?.bytes.equals(bytes)).toBe(true);
    expect(await append(id, "2", bytes)).toMatchObject(refusal("The upload is finalized already.", { id: [id] }));
  });

  it("begins with what it knows, within the largest size", async () => {
    expect(await initialize({ ...begun(100), name: "a.png" })).toMatchObject(
      refusal("$.name: is not defined in the schema and the schema does not allow additional properties"),
    );
    expect(await initialize(begun(5_242_881))).toMatchObject(
      refusal("File size exceeds 5242880 bytes.", { media: ["5242881"] }),
    );
    expect((await initialize({ ...begun(100), media_type: "image/heic" })).status).toBe(400);
  });

  it("numbers segments from 0 to 999", async () => {
    const id = await begin(100);
    for (const index of ["0", "999"]) expect((await append(id, index, png(4, 4))).status).toBe(200);
    for (const index of ["1000", "-1", "0.5", "one", ""])
      expect(await append(id, index, png(4, 4))).toMatchObject(
        refusal("$.segment_index: is not a number from 0 to 999"),
      );
  });

  it("does not finalize without a JSON object, with segments missing, of the wrong total, or that are no picture", async () => {
    const message = "Segments do not add up to the provided total file size.";
    const none = await begin(100);
    expect(await acc.call("POST", `/2/media/upload/${none}/finalize`)).toMatchObject(
      refusal("Request body must be a JSON object."),
    );
    expect(await finalize(none)).toMatchObject(refusal(message, { id: [none] }));
    const gap = await begin(png(4, 4).length);
    await append(gap, "1", png(4, 4));
    expect(await finalize(gap)).toMatchObject(refusal(message, { id: [gap] }));
    const short = await begin(1000);
    await append(short, "0", png(4, 4));
    expect(await finalize(short)).toMatchObject(refusal(message, { id: [short] }));
    const text = await begin(4);
    await append(text, "0", Buffer.from("text"));
    expect(await finalize(text)).toMatchObject(refusal("The media type is unsupported.", { media: [] }));
  });

  it("refuses ids that are no ids, and those that nothing was begun with", async () => {
    expect(await acc.call("POST", "/2/media/upload/abc/append", { json: {} })).toMatchObject(
      refusal("The `id` query parameter value [abc] does not match ^[0-9]{1,19}$", { id: ["abc"] }),
    );
    expect(await finalize("1")).toMatchObject({ status: 400, body: invalidMediaBody("1") });
    expect(await append("1", "0", png(4, 4))).toMatchObject({ status: 400, body: invalidMediaBody("1") });
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

  it("refuses media that is unknown", async () => {
    expect(await describeIt("1", "a")).toMatchObject({ status: 400, body: invalidMediaBody("1") });
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
    const moving = (await upload(gif(4, 4), "tweet_gif")).body.data.id;
    expect(await acc.post("a", [one, moving])).toMatchObject({ status: 400, body: invalidMediaBody(one, moving) });
    expect((await acc.post("a", [one, two])).status).toBe(201);
    expect((await acc.post("b", [moving])).status).toBe(201);
  });
});
