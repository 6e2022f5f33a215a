import http from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Account } from "./x/account.ts";
import { answer } from "./x/api.ts";
import { Connection, type Line } from "./x/connection.ts";
import { timelinePage } from "./x/timeline.ts";

const hour = 3_600_000;
const now = Date.parse("2026-11-02T06:00:00Z");

function post(account: Account, at: number, mediaId: string) {
  const body = Buffer.from(JSON.stringify({ text: "words", media: { media_ids: [mediaId] } }));
  const request = { method: "POST", url: "/2/tweets", headers: {}, body };
  return answer(account, request, { execution: "run", now: at, flaw: undefined, dislikes: "$AAA" });
}

describe("the model of X", () => {
  it("refuses the same body with the same media as long as it remembers it, and takes it with other media", () => {
    const account = new Account();
    account.memoryMs = 6 * hour;
    const [one, other] = [account.upload(Buffer.from("a"), now), account.upload(Buffer.from("a"), now)];
    expect(post(account, now, one.id).status).toBe(201);
    expect(post(account, now + hour, one.id).status).toBe(403);
    expect(post(account, now + hour, other.id).status).toBe(201);
    expect(post(account, now + 7 * hour, one.id).status).toBe(201);
  });

  it("forgets a post that was deleted, and media that have expired", () => {
    const account = new Account();
    const media = account.upload(Buffer.from("a"), now);
    post(account, now, media.id);
    account.delete(account.posts[0]!.id, now);
    expect(post(account, now + 1, media.id).status).toBe(201);
    expect(post(account, now + 25 * hour, media.id).status).toBe(400);
  });

  it("shows its posts newest first, page by page, each once its lag has passed", () => {
    const account = new Account();
    for (let at = 0; at < 12; at += 1) account.byHand(now + at, "photo", `words ${at}`);
    account.lagMs = () => hour;
    post(account, now + 20, account.upload(Buffer.from("a"), now).id);
    const page = (query: string, at = now + 100) =>
      JSON.parse(timelinePage(account, new URLSearchParams(query), at, undefined).body);
    const first = page("max_results=5");
    expect(first.meta).toMatchObject({ result_count: 5, newest_id: account.posts[11]!.id });
    const third = page(`max_results=5&pagination_token=page-10`);
    expect(third.data).toHaveLength(2);
    expect(third.meta.next_token).toBeUndefined();
    expect(page("max_results=5", now + 2 * hour).data[0].text).toContain("words https://t.co/");
  });

  it("can be asked by Node's own client over a connection in memory, which can also be cut or have died", async () => {
    let isAlive = true;
    const line: Line = {
      touched: () => {},
      now: () => now,
      isAlive: () => isAlive,
      request: ({ method, url, body }, reply) =>
        reply({ status: 201, body: JSON.stringify({ method, url, got: body.toString() }), cut: url === "/cut" }),
    };
    class Agent extends http.Agent {
      override createConnection(_: unknown, made?: (error: Error | null, stream: never) => void) {
        const connection = new Connection(line) as never;
        made?.(null, connection);
        return connection;
      }
    }
    const agent = new Agent();
    const ask = (path: string) =>
      new Promise<string>((resolve, reject) => {
        const request = http.request({ host: "x", path, method: "POST", agent }, (response) =>
          text(response).then(resolve, reject),
        );
        request.on("error", reject);
        request.end("hello");
      });
    expect(JSON.parse(await ask("/whole"))).toEqual({ method: "POST", url: "/whole", got: "hello" });
    await expect(ask("/cut")).rejects.toThrow();
    isAlive = false;
    await expect(ask("/dead")).rejects.toThrow("EPIPE");
  });
});
