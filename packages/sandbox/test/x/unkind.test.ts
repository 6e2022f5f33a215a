import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Account, account, restart } from "./account.ts";

let acc: Account;
beforeAll(async () => {
  acc = await account();
});
beforeEach(() => restart(acc));
afterAll(() => acc.x.close());

const query = "?max_results=5&expansions=attachments.media_keys&tweet.fields=created_at,attachments";
const timeline = (more = "") => acc.call("GET", `/2/users/4242/tweets${query}${more}`);
const control = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${acc.x.url}/control/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as { ids: string[] } };
};
const ids = (answer: { body: { data?: { id: string }[] } }) => (answer.body.data ?? []).map(({ id }) => id);

describe("a timeline that is not whole", () => {
  const order = (how: string) => acc.x.inject({ kind: "incomplete", how: how as "empty" });
  /** Three posts with pictures; their ids, newest first. */
  const three = async () => {
    const made: string[] = [];
    for (let number = 0; number < 3; number += 1) made.unshift((await acc.post("", [await acc.upload()])).body.data.id);
    return made;
  };

  it("answers 200 with errors in the place of posts, or beside them", async () => {
    const made = await three();
    order("errors");
    order("some-errors");
    const instead = await timeline();
    expect(instead).toMatchObject({ status: 200, body: { errors: [{ title: "Service Unavailable" }] } });
    expect(instead.body).not.toHaveProperty("data");
    const beside = await timeline();
    expect(beside.body.errors).toHaveLength(1);
    expect(ids(beside)).toEqual(made);
  });

  it("counts no posts though there are some", async () => {
    await three();
    order("empty");
    expect((await timeline()).body).toEqual({ meta: { result_count: 0 } });
  });

  it("shows posts without what is attached to them, all or the newest", async () => {
    const made = await three();
    order("no-attachments");
    order("some-attachments");
    const none = await timeline();
    expect(ids(none)).toEqual(made);
    expect(none.body.data.map((post: object) => "attachments" in post)).toEqual([false, false, false]);
    expect((await timeline()).body.data.map((post: object) => "attachments" in post)).toEqual([false, true, true]);
  });

  it("is cut short, or without a post that an earlier read has shown", async () => {
    const made = await three();
    order("cut-short");
    order("hidden");
    const short = await timeline();
    expect(ids(short)).toEqual(made.slice(0, 1));
    expect(short.body.meta).toEqual({ result_count: 1 });
    expect(ids(await timeline())).toEqual(made.slice(1));
    expect(ids(await timeline())).toEqual(made);
  });

  it("strikes no other call", async () => {
    order("empty");
    expect((await acc.post("one")).status).toBe(201);
    expect((await timeline()).body).toEqual({ meta: { result_count: 0 } });
    expect((await timeline()).body).toMatchObject({ meta: { result_count: 1 } });
  });
});

describe("what the owner of the account does by hand", () => {
  it("is in the timeline, replies and retweets as well, unless they are left out", async () => {
    const [post] = (await control("POST", "posts", {})).body.ids;
    const [reply] = (await control("POST", "posts", { kind: "reply", text: "Thank you" })).body.ids;
    const [retweet] = (await control("POST", "posts", { kind: "retweet" })).body.ids;
    expect(ids(await timeline())).toEqual([retweet, reply, post]);
    expect(ids(await timeline("&exclude=replies,retweets"))).toEqual([post]);
    expect((await timeline()).body.data[1].text).toMatch(/^Thank you/);
  });

  it("fills pages, which lead from one to the next to the end", async () => {
    const written = (await control("POST", "posts", { count: 12 })).body.ids.reverse();
    const read: string[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const page = await timeline(token && `&pagination_token=${token}`);
      read.push(...ids(page));
      token = page.body.meta.next_token;
    }
    expect(read).toEqual(written);
  });

  it("takes down a post, which is then nowhere to be seen", async () => {
    const { id } = (await acc.post("one")).body.data;
    expect((await control("DELETE", `posts/${id}`)).status).toBe(200);
    expect(ids(await timeline())).toEqual([]);
    expect((await control("DELETE", `posts/${id}`)).status).toBe(404);
  });
});

describe("the memory of bodies", () => {
  it.each([0, 6, 12])("lasts %i hours", async (memoryHours) => {
    acc.x.configure({ memoryHours });
    const media = [await acc.upload()];
    expect((await acc.post("Hi", media)).status).toBe(201);
    acc.clock.now += memoryHours * 3_600_000 - 1;
    if (memoryHours > 0) expect((await acc.post("Hi", media)).status).toBe(403);
    acc.clock.now += 1;
    expect((await acc.post("Hi", media)).status).toBe(201);
  });

  it("ends with the post: what was taken down by hand may be posted again", async () => {
    const media = [await acc.upload()];
    const { id } = (await acc.post("Hi", media)).body.data;
    await control("DELETE", `posts/${id}`);
    expect((await acc.post("Hi", media)).status).toBe(201);
  });
});

it("media keys are of the kind that is asked for", async () => {
  acc.x.configure({ mediaKeyKind: "13" });
  const id = await acc.upload();
  await acc.post("Hi", [id]);
  expect((await timeline()).body.data[0].attachments).toEqual({ media_keys: [`13_${id}`] });
});
