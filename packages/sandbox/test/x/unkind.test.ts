import { describe, expect, it } from "vitest";
import { accountForAll } from "./account.ts";

const acc = accountForAll();

const query = "?max_results=5&expansions=attachments.media_keys&tweet.fields=created_at,attachments";
const timeline = () => acc.call("GET", `/2/users/4242/tweets${query}`);
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
});
