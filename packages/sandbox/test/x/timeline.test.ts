import { describe, expect, it } from "vitest";
import { accountForAll, gif, invalidRequestBody, picture } from "./account.ts";

const acc = accountForAll();

const timeline = (query = "") => acc.call("GET", `/2/users/4242/tweets${query}`);
const ids = (answer: { body: { data?: { id: string }[] } }) => (answer.body.data ?? []).map((post) => post.id);

/** Posts a second apart; their ids, oldest first. */
async function posts(count: number): Promise<string[]> {
  const made: string[] = [];
  for (let index = 0; index < count; index += 1) {
    made.push((await acc.post(`post ${index}`)).body.data.id);
    acc.clock.now += 1000;
  }
  return made;
}

describe("GET /2/users/{id}/tweets", () => {
  it("answers without data when there is nothing", async () => {
    expect(await timeline()).toMatchObject({ status: 200, text: '{"meta":{"result_count":0}}' });
  });

  it("shows posts with their media as X does", async () => {
    const mediaId = await acc.upload();
    const json = { id: mediaId, metadata: { alt_text: { text: "a blue square" } } };
    await acc.call("POST", "/2/media/metadata", { json });
    const { id, text } = (await acc.post("Hi", [mediaId])).body.data;
    const fields = "created_at,attachments,no_such_field";
    const query = "expansions=attachments.media_keys,no.such&media.fields=media_key,type,url,alt_text,no_such";
    const old = await timeline(`?max_results=5&tweet.fields=${fields}&${query}`);
    const key = `3_${mediaId}`;
    const post = { id, text, created_at: "2026-11-24T10:00:00.000Z", attachments: { media_keys: [key] } };
    const includes = {
      media: [{ media_key: key, type: "photo", url: `${acc.x.url}/media/${key}`, alt_text: "a blue square" }],
    };
    const meta = { result_count: 1, newest_id: id, oldest_id: id };
    expect(old.status).toBe(200);
    expect(old.type).toBe("application/json; charset=utf-8");
    expect(old.body).toEqual({ data: [{ ...post, edit_history_tweet_ids: [id] }], includes, meta });
  });

  it("shows little without being asked, and the media keys with an expansion alone", async () => {
    const mediaId = await acc.upload();
    const { id, text } = (await acc.post("Hi", [mediaId])).body.data;
    expect((await timeline()).body).toEqual({
      data: [{ id, text, edit_history_tweet_ids: [id] }],
      meta: { result_count: 1, newest_id: id, oldest_id: id },
    });
    const expanded = await timeline("?expansions=attachments.media_keys");
    expect(expanded.body.data[0].attachments).toEqual({ media_keys: [`3_${mediaId}`] });
    expect(expanded.body.includes).toEqual({ media: [{ media_key: `3_${mediaId}`, type: "photo" }] });
  });

  it("shows a GIF by its preview, and sizes when asked", async () => {
    const raw = picture(gif(20, 10), "tweet_gif");
    const mediaId = (await acc.call("POST", "/2/media/upload", { raw })).body.data.id;
    await acc.post("moves", [mediaId]);
    const answer = await timeline(
      "?expansions=attachments.media_keys&media.fields=url,preview_image_url,width,height,alt_text",
    );
    expect(answer.body.includes.media).toEqual([
      {
        media_key: `16_${mediaId}`,
        type: "animated_gif",
        preview_image_url: `${acc.x.url}/media/16_${mediaId}`,
        width: 20,
        height: 10,
      },
    ]);
  });

  it("shows the newest first, ten unless told otherwise, and goes on by token", async () => {
    const made = await posts(12);
    const newestFirst = made.toReversed();
    expect(ids(await timeline())).toEqual(newestFirst.slice(0, 10));
    const first = await timeline("?max_results=5");
    expect(ids(first)).toEqual(newestFirst.slice(0, 5));
    expect(first.body.meta).toMatchObject({ result_count: 5, newest_id: made[11], oldest_id: made[7] });
    const second = await timeline(`?max_results=5&pagination_token=${first.body.meta.next_token}`);
    expect(ids(second)).toEqual(newestFirst.slice(5, 10));
    const third = await timeline(`?max_results=5&pagination_token=${second.body.meta.next_token}`);
    expect(ids(third)).toEqual(newestFirst.slice(10));
    expect(third.body.meta).not.toHaveProperty("next_token");
    const token = Buffer.from(`p${made[0]}`).toString("base64url");
    expect((await timeline(`?pagination_token=${token}`)).body).toEqual({ meta: { result_count: 0 } });
  });

  it.each([
    ["max_results", "4", "is not between 5 and 100"],
    ["max_results", "101", "is not between 5 and 100"],
    ["max_results", "ten", "is not between 5 and 100"],
    ["pagination_token", "abc", "is not valid"],
  ])("refuses %s=%s", async (name, value, problem) => {
    expect(await timeline(`?${name}=${value}`)).toMatchObject({
      status: 400,
      type: "application/problem+json",
      body: invalidRequestBody(`The \`${name}\` query parameter value [${value}] ${problem}`, { [name]: [value] }),
    });
  });

  it("refuses a parameter that it does not know", async () => {
    for (const name of ["count", "since_id", "exclude"]) {
      const answer = await timeline(`?${name}=5`);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ parameters: { [name]: ["5"] } }]);
    }
  });

  it("knows no other account", async () => {
    expect(await acc.call("GET", "/2/users/7/tweets")).toMatchObject({
      status: 200,
      body: {
        errors: [
          {
            detail: "Could not find user with id: [7].",
            parameter: "id",
            resource_id: "7",
            resource_type: "user",
            title: "Not Found Error",
            type: "https://api.x.com/2/problems/resource-not-found",
            value: "7",
          },
        ],
      },
    });
  });
});

describe("a timeline that lags", () => {
  it("shows a post only after so many reads that did not", async () => {
    acc.x.configure({ timelineLag: { reads: 2 } });
    const { id } = (await acc.post("late")).body.data;
    expect(ids(await timeline())).toEqual([]);
    expect(ids(await timeline())).toEqual([]);
    expect(ids(await timeline())).toEqual([id]);
    const next = (await acc.post("later")).body.data.id;
    expect(ids(await timeline())).toEqual([id]);
    acc.x.configure({ timelineLag: null });
    expect(ids(await timeline())).toEqual([next, id]);
  });
});
