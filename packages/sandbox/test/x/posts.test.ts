import { describe, expect, it } from "vitest";
import { accountForAll, duplicateBody, invalidRequestBody } from "./account.ts";

const acc = accountForAll();

const create = (json: unknown) => acc.call("POST", "/2/tweets", { json });
const duplicate = { status: 403, type: "application/problem+json", text: JSON.stringify(duplicateBody) };
const hour = 3_600_000;

describe("POST /2/tweets", () => {
  it("answers 201 with the history in the old words and the text as X shows it", async () => {
    const id = await acc.upload();
    const answer = await acc.post("Tom & <Jerry> 文 🟦", [id]);
    expect(answer.status).toBe(201);
    expect(answer.type).toBe("application/json; charset=utf-8");
    const post = answer.body.data;
    expect(post.text).toMatch(/^Tom &amp; &lt;Jerry&gt; 文 🟦 https:\/\/t\.co\/[A-Za-z0-9]{10}$/);
    expect(answer.text).toBe(
      `{"data":{"edit_history_tweet_ids":["${post.id}"],"id":"${post.id}","text":"${post.text}"}}`,
    );
    expect(acc.x.posts()).toMatchObject([{ id: post.id, text: "Tom & <Jerry> 文 🟦", mediaIds: [id] }]);
  });

  it("answers the bare media link for a picture without text, and no link without a picture", async () => {
    const { body } = await create({ media: { media_ids: [await acc.upload()] } });
    expect(body.data.text).toMatch(/^https:\/\/t\.co\/\w{10}$/);
    expect((await acc.post("words alone")).body.data.text).toBe("words alone");
  });

  it("shortens every URL, each to a link of its own", async () => {
    const { body } = await acc.post("a https://example.com/?a=1&b=2 & foo.io.");
    expect(body.data.text).toMatch(/^a https:\/\/t\.co\/\w{10} &amp; https:\/\/t\.co\/\w{10}\.$/);
    const [first, second] = body.data.text.match(/t\.co\/\w{10}/g);
    expect(first).not.toBe(second);
  });

  it("cleans line breaks, blank lines and control characters", async () => {
    const { body } = await acc.post("  e\u0301\r\none\u0000\rtwo\n\n \n\nthree\ufeff \n");
    expect(body.data.text).toBe("é\none\ntwo\n\nthree");
  });

  it("takes a setting that changes nothing here", async () => {
    const json = { text: "a", made_with_ai: false };
    expect((await create(json)).status).toBe(201);
  });

  it.each([
    [
      "an unknown property",
      { text: "a", idempotency_key: "1" },
      "$.idempotency_key: is not defined in the schema and the schema does not allow additional properties",
    ],
    [
      "an unknown property of media",
      { media: { media_ids: ["1"], ids: [] } },
      "$.media.ids: is not defined in the schema and the schema does not allow additional properties",
    ],
    ["media without ids", { text: "a", media: {} }, "$.media.media_ids: is missing but it is required"],
    [
      "no media ids",
      { media: { media_ids: [] } },
      "$.media.media_ids: there must be a minimum of 1 items in the array",
    ],
    [
      "five media ids",
      { media: { media_ids: ["1", "2", "3", "4", "5"] } },
      "$.media.media_ids: there must be a maximum of 4 items in the array",
    ],
    [
      "a media key in place of an id",
      { media: { media_ids: ["3_1"] } },
      "$.media.media_ids.0: does not match ^[0-9]{1,19}$",
    ],
  ])("refuses %s", async (_case, json, message) => {
    expect(await create(json)).toMatchObject({ status: 400, body: invalidRequestBody(message) });
    expect(acc.x.posts()).toEqual([]);
  });

  it("refuses a media id that is a number and text that is no text", async () => {
    expect((await create({ media: { media_ids: [1] } })).status).toBe(400);
    expect((await create({ text: 1 })).status).toBe(400);
  });

  it("refuses a post of nothing", async () => {
    for (const [json, text] of [
      [{}, ""],
      [{ text: " \n\u0000" }, " \n\u0000"],
    ] as const) {
      expect(await create(json)).toMatchObject({
        status: 400,
        body: invalidRequestBody("Either `text` or `media` must be given.", { text: [text] }),
      });
    }
  });

  it("refuses a body that is no JSON object, or says that it is something else", async () => {
    const refused = { status: 400, body: invalidRequestBody("Request body must be a JSON object.") };
    expect(await acc.call("POST", "/2/tweets", { raw: { type: "application/json", body: "{" } })).toMatchObject(
      refused,
    );
    expect(await create(null)).toMatchObject(refused);
    expect(await create(["a"])).toMatchObject(refused);
    expect(await acc.call("POST", "/2/tweets")).toMatchObject(refused);
    expect(await acc.call("POST", "/2/tweets", { raw: { type: "text/plain", body: '{"text":"a"}' } })).toMatchObject({
      status: 400,
      body: invalidRequestBody("Requests with a body must have content-type application/json."),
    });
  });

  it.each([
    ["Latin letters, which count 1", "a", 280],
    ["ideographs, which count 2", "文", 140],
    ["joined emoji, which count 2", "👩‍👩‍👧‍👦", 140],
  ])("takes 280 of weight and no more of %s", async (_case, char, most) => {
    expect((await acc.post(char.repeat(most))).status).toBe(201);
    const tooLong = char.repeat(most + 1);
    const length = char === "a" ? 281 : 282;
    expect(await acc.post(tooLong)).toMatchObject({
      status: 400,
      body: invalidRequestBody(`Your Tweet text is too long: ${length} of 280.`, { text: [tooLong] }),
    });
  });

  it("counts any URL as 23, and the link of the media not at all", async () => {
    const id = await acc.upload();
    expect((await acc.post(`${"a".repeat(256)} https://example.com/${"long".repeat(50)}`, [id])).status).toBe(201);
    expect((await acc.post(`${"a".repeat(257)} a.io`, [id])).status).toBe(400);
  });

  it("refuses two cashtags, and what our posts have no use for", async () => {
    expect((await acc.post("$ONE")).status).toBe(201);
    expect(await acc.post("$ONE and $TWO")).toMatchObject({
      status: 403,
      body: { ...duplicateBody, detail: "You are not permitted to perform this action." },
    });
    for (const more of [{ reply: { in_reply_to_tweet_id: "1" } }, { quote_tweet_id: "1" }, { nullcast: true }])
      expect((await create({ text: "a", ...more })).status).toBe(400);
  });
});

describe("duplicates", () => {
  it("refuses the same body with the same media for 12 hours", async () => {
    const id = await acc.upload();
    expect((await acc.post("same", [id])).status).toBe(201);
    expect(await acc.post("same", [id])).toMatchObject(duplicate);
    acc.clock.now += 12 * hour - 1;
    expect(await acc.post("same", [id])).toMatchObject(duplicate);
    acc.clock.now += 1;
    expect((await acc.post("same", [id])).status).toBe(201);
    expect(acc.x.posts()).toHaveLength(2);
  });

  it("knows the same body by its meaning, not by the order of its keys", async () => {
    const id = await acc.upload();
    const raw = (body: string) => acc.call("POST", "/2/tweets", { raw: { type: "application/json", body } });
    expect((await raw(`{"text":"same","media":{"media_ids":["${id}"]}}`)).status).toBe(201);
    expect(await raw(`{ "media": {"media_ids": ["${id}"]}, "text": "same" }`)).toMatchObject(duplicate);
  });

  it("accepts the same text and picture under a new media id, as X does", async () => {
    expect((await acc.post("same", [await acc.upload()])).status).toBe(201);
    expect((await acc.post("same", [await acc.upload()])).status).toBe(201);
    expect(acc.x.posts()).toHaveLength(2);
  });

  it("accepts the same media with another text", async () => {
    const id = await acc.upload();
    expect((await acc.post("one", [id])).status).toBe(201);
    expect((await acc.post("two", [id])).status).toBe(201);
  });

  it("frees the body when the post is deleted", async () => {
    const id = await acc.upload();
    const { body } = await acc.post("same", [id]);
    expect(await acc.call("DELETE", `/2/tweets/${body.data.id}`)).toMatchObject({
      status: 200,
      body: { data: { deleted: true } },
    });
    expect(acc.x.posts()).toEqual([]);
    expect((await acc.post("same", [id])).status).toBe(201);
  });

  it("refuses words alone again, whatever else differs, within the last ten posts", async () => {
    expect((await create({ text: "words" })).status).toBe(201);
    expect(await create({ text: "words", made_with_ai: false })).toMatchObject(duplicate);
    expect(await create({ text: " words " })).toMatchObject(duplicate);
    for (let count = 0; count < 10; count += 1) await create({ text: `other ${count}` });
    expect((await create({ text: "words", made_with_ai: false })).status).toBe(201);
  });

  it("lets one of twenty at a time through", async () => {
    const id = await acc.upload();
    const answers = await Promise.all(Array.from({ length: 20 }, () => acc.post("same", [id])));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(19);
    expect(acc.x.posts()).toHaveLength(1);
  });
});

describe("DELETE /2/tweets/{id}", () => {
  const notFound = { detail: "Not Found", status: 404, title: "Not Found", type: "about:blank" };

  it("finds nothing where there is no post, or no longer one", async () => {
    expect(await acc.call("DELETE", "/2/tweets/1")).toMatchObject({ status: 404, body: notFound });
    const { body } = await acc.post("words");
    await acc.call("DELETE", `/2/tweets/${body.data.id}`);
    expect(await acc.call("DELETE", `/2/tweets/${body.data.id}`)).toMatchObject({ status: 404, body: notFound });
  });

  it("answers other methods and paths with 405 and 404", async () => {
    expect(await acc.call("PUT", "/2/tweets")).toMatchObject({
      status: 405,
      body: { detail: "Method Not Allowed", status: 405, title: "Method Not Allowed", type: "about:blank" },
    });
    expect(await acc.call("GET", "/2/tweets/1/likes")).toMatchObject({ status: 404, body: notFound });
  });
});
