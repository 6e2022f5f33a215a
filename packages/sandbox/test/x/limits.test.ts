import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { accountForAll, picture, png, type Reply, sign, startOfTests } from "./account.ts";

const acc = accountForAll();

const rate = ({ headers }: Reply) => ({
  limit: headers.get("x-rate-limit-limit"),
  remaining: headers.get("x-rate-limit-remaining"),
  reset: headers.get("x-rate-limit-reset"),
});
const quarterHour = 900_000;
const reset = String((startOfTests + quarterHour) / 1000);
const tooMany = { detail: "Too Many Requests", status: 429, title: "Too Many Requests", type: "about:blank" };

describe("rate limits", () => {
  it("refuse the 101st post within 15 minutes until the reset that every answer tells", async () => {
    for (let count = 1; count <= 100; count += 1) {
      const answer = await acc.post(`post ${count}`);
      expect(answer.status).toBe(201);
      expect(rate(answer)).toEqual({ limit: "100", remaining: String(100 - count), reset });
    }
    acc.clock.now += quarterHour - 1;
    const refused = await acc.post("one more");
    expect(refused.status).toBe(429);
    expect(refused.type).toBe("application/problem+json");
    expect(refused.text).toBe(JSON.stringify(tooMany));
    expect(rate(refused)).toEqual({ limit: "100", remaining: "0", reset });
    expect((await acc.call("GET", "/2/users/me")).status).toBe(200);

    acc.clock.now += 1;
    expect((await acc.post("one more")).status).toBe(201);
    expect(acc.x.posts()).toHaveLength(101);
  });

  it("count calls that are refused, but none without a right signature", async () => {
    const refused = await acc.call("POST", "/2/tweets", { json: {} });
    expect(refused.status).toBe(400);
    expect(rate(refused)).toMatchObject({ limit: "100", remaining: "99" });
    const unsigned = await acc.call("POST", "/2/tweets", { authorization: "" });
    expect(unsigned.status).toBe(401);
    expect(rate(unsigned)).toMatchObject({ limit: "100", remaining: "99" });
  });

  it("end with the second that they tell", async () => {
    acc.clock.now += 1;
    for (let count = 0; count < 75; count += 1) await acc.call("GET", "/2/users/me");
    const refused = await acc.call("GET", "/2/users/me");
    const told = Number(rate(refused).reset) * 1000;
    expect(told).toBe(startOfTests + 1000 + quarterHour);
    acc.clock.now = told - 1;
    expect((await acc.call("GET", "/2/users/me")).status).toBe(429);
    acc.clock.now = told;
    expect((await acc.call("GET", "/2/users/me")).status).toBe(200);
  });
});

describe("credits", () => {
  const depleted = {
    detail: "credits depleted",
    status: 402,
    title: "Payment Required",
    type: "https://api.x.com/2/problems/credits-depleted",
  };

  it("are used up by accepted posts alone; then every billed call is answered 402", async () => {
    const id = await acc.upload();
    acc.x.configure({ credits: 2 });
    expect((await acc.post("one", [id])).status).toBe(201);
    expect((await acc.post("one", [id])).status).toBe(403);
    expect((await acc.post("two", [id])).status).toBe(201);
    const refused = await acc.post("three", [id]);
    expect(refused).toMatchObject({ status: 402, type: "application/problem+json", text: JSON.stringify(depleted) });
    expect(rate(refused)).toMatchObject({ limit: "100", remaining: "96" });
    expect((await acc.call("GET", "/2/users/4242/tweets")).status).toBe(402);
    expect((await acc.call("POST", "/2/media/metadata", { json: { id } })).status).toBe(402);
    expect(await acc.upload()).toMatch(/^\d+$/);
    acc.x.configure({ credits: 1 });
    expect((await acc.post("three", [id])).status).toBe(201);
  });
});

describe("large bodies", () => {
  const mebibyte = 1024 * 1024;
  const tooLarge = { detail: "Payload Too Large", status: 413, title: "Payload Too Large", type: "about:blank" };

  it("are read up to 25 MB, and answered 413 beyond", async () => {
    const send = (size: number) =>
      acc.call("POST", "/2/media/upload", { raw: { type: "application/octet-stream", body: Buffer.alloc(size) } });
    expect((await send(25 * mebibyte)).status).toBe(400);
    expect(await send(25 * mebibyte + 1)).toMatchObject({ status: 413, body: tooLarge });
  });

  it("are refused without a content-length as well", async () => {
    const url = `${acc.x.url}/2/media/upload`;
    const headers = { authorization: sign("POST", url, acc.clock.now) };
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(url, { method: "POST", headers }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      });
      outgoing.on("error", reject);
      for (let part = 0; part < 26; part += 1) outgoing.write(Buffer.alloc(mebibyte));
      outgoing.end();
    });
    expect(status).toBe(413);
  });

  it("mean nothing when their caller goes away within them", async () => {
    const { type, body } = picture(png(4, 4));
    const url = `${acc.x.url}/2/media/upload`;
    const headers = {
      authorization: sign("POST", url, acc.clock.now),
      "content-type": type,
      "content-length": body.length,
    };
    await new Promise<void>((resolve) => {
      const outgoing = request(url, { method: "POST", headers });
      outgoing.on("error", () => resolve());
      outgoing.write(body.subarray(0, body.length - 1), () => outgoing.destroy(new Error("gone")));
    });
    expect((await acc.call("GET", "/2/users/me")).status).toBe(200);
    expect(acc.x.calls().map((call) => call.path)).toEqual(["/2/users/me"]);
  });
});
