import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { createBlueskyClient } from "@twobytwo/core/bluesky/client";
import { unpostSquare } from "@twobytwo/core/curating/unpost";
import { connectionOf, writeConnection } from "@twobytwo/core/squares/connection";
import { readStockRow } from "@twobytwo/core/squares/stock";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { names } from "@twobytwo/sandbox/names";
import { connectBluesky } from "@twobytwo/sandbox/test/connect-bluesky";
import { files, openStage, type Run, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let stage: Stage;
let fault: (call: Call) => Fault | undefined = () => undefined;
const calls: string[] = [];
const put = "POST com.atproto.repo.putRecord";
const state = "Share on Bluesky";

beforeAll(async () => {
  stage = await openStage({
    intercept: (call) => {
      if (call.service !== "bluesky") return undefined;
      calls.push(call.operation);
      return fault(call);
    },
  });
});
afterAll(() => stage.close());
beforeEach(async () => {
  fault = () => undefined;
  calls.length = 0;
  await connectBluesky(stage);
});

let number = 0;
async function post(words: { caption?: string; altText?: string } = {}, file?: string) {
  number += 1;
  const square = await stage.add(file, { title: `Square ${number}`, unlike: `${number}`, ...words });
  const run = await stage.run({ squareId: square.id });
  expect(run).toMatchObject({ status: "SUCCEEDED", output: { outcome: "posted", squareId: square.id } });
  return { run, id: square.id, square: await stage.square(square.id) };
}

const attempts = (run: Run) =>
  run.lines
    .filter((line) => line.state === state)
    .flatMap((line) => line.attempts.map(({ outcome, error }) => error ?? outcome));
const onBluesky = (uri: string | undefined) =>
  stage.sandbox.bluesky.posts().filter(({ rkey }) => uri?.endsWith(`/${rkey}`));
const losing =
  (times: number) =>
  () =>
  (call: Call): Fault | undefined => {
    if (call.operation !== put || times === 0) return undefined;
    times -= 1;
    return { kind: "lose-answer" };
  };

describe("a run, where Bluesky is not connected", () => {
  it("calls nothing of it, and passes one Choice more", async () => {
    await writeConnection(stage.ports.table, undefined);
    const { run, square } = await post();
    expect(calls).toEqual([]);
    expect(run.states).not.toContain(state);
    expect(run.states).toContain("Connected to Bluesky?");
    expect(square.bluesky).toBeUndefined();
  });
});

describe("a run, where Bluesky is connected", () => {
  it("shares the picture with its words, once", async () => {
    const { run, square } = await post({ caption: "Ölbild, #autumn", altText: "A ridge" });
    expect(run.states.slice(-6)).toEqual([
      state,
      "Check stock",
      "Anything left?",
      "Disable schedule",
      "Sum up",
      "Done",
    ]);
    const [shared, ...more] = onBluesky(square.bluesky?.id);
    expect(more).toEqual([]);
    expect(shared?.record).toMatchObject({ text: "Ölbild, #autumn", embed: { images: [{ alt: "A ridge" }] } });
    expect(square.bluesky).toEqual({
      id: expect.stringMatching(/^at:/),
      url: expect.stringContaining(stage.sandbox.bluesky.url),
      sharedAt: expect.any(String),
    });
  });

  it("makes one post where the answer to it is lost, again and again", async () => {
    fault = losing(3)();
    const { run, square } = await post();
    expect(attempts(run)).toEqual(["UnknownOutcome", "succeeded"]);
    expect(onBluesky(square.bluesky?.id)).toHaveLength(1);
    expect(square.bluesky?.sharedAt).toBeDefined();
  });

  it("ends posted where Bluesky fails, notes why, and the next run shares both", async () => {
    const posts = stage.sandbox.bluesky.posts().length;
    fault = () => ({ kind: "refuse", status: 502, code: "UpstreamFailure", message: "down" });
    const first = await post();
    expect(attempts(first.run).every((name) => name === "Retryable")).toBe(true);
    expect(first.square).toMatchObject({ status: "posted", bluesky: { lastError: { name: "Retryable" } } });
    fault = () => undefined;
    const second = await post();
    expect((await stage.square(first.id)).bluesky?.sharedAt).toBeDefined();
    expect(second.square.bluesky?.sharedAt).toBeDefined();
    expect(stage.sandbox.bluesky.posts()).toHaveLength(posts + 2);
  });

  it("does not bring back a post that was taken down before the run knew that it was out", async () => {
    const posts = stage.sandbox.bluesky.posts().length;
    // The post arrives, and from then on there is no answer to anything.
    let isOut = false;
    fault = (call) => {
      if (isOut) return { kind: "cut" };
      isOut = call.operation === put;
      return isOut ? { kind: "lose-answer" } : undefined;
    };
    // A picture that no other post shows.
    const { id, square } = await post({}, files[1]);
    expect(square.bluesky?.sentAt).toBeDefined();
    const [out] = onBluesky(square.bluesky?.id);
    stage.sandbox.bluesky.deleteByHand(out!.rkey);
    fault = () => undefined;
    await post();
    expect(stage.sandbox.bluesky.posts()).toHaveLength(posts + 1);
    expect((await stage.square(id)).bluesky).toMatchObject({
      givenUpAt: expect.any(String),
      lastError: { message: expect.stringContaining("It is not sent again") },
    });
  });

  it("says on the square that the app password is not accepted, and takes the new one without a new start", async () => {
    const { since } = connectionOf(await readStockRow(stage.ports.table))!;
    stage.sandbox.bluesky.revokePassword();
    const first = await post();
    expect(attempts(first.run)).toEqual(["NotAuthorized"]);
    expect(first.square.bluesky?.lastError?.message).toContain("run `2x2 connect bluesky` again");
    await connectBluesky(stage);
    const { bluesky } = stage.sandbox;
    await writeConnection(stage.ports.table, { account: bluesky.did, username: bluesky.handle, since });
    await post();
    expect((await stage.square(first.id)).bluesky?.sharedAt).toBeDefined();
  });

  it("notes it on a row that another program wrote, too, and goes on with the others", async () => {
    const at = new Date().toISOString();
    const row = {
      id: "GONE",
      status: "posted",
      sortKey: at,
      postedAt: at,
      tweetId: "1",
      objectKey: "squares/gone.jpg",
    };
    await stage.ports.table.client.send(new PutCommand({ TableName: stage.ports.table.name, Item: row }));
    const { run, square } = await post();
    expect(attempts(run)).toEqual(["MediaMissing"]);
    expect(square.bluesky?.sharedAt).toBeDefined();
    expect((await stage.square("GONE")).bluesky?.lastError?.name).toBe("MediaMissing");
  });

  it("signs in anew when its tokens have ended", async () => {
    await post();
    stage.sandbox.bluesky.expireTokens();
    expect((await post()).square.bluesky?.sharedAt).toBeDefined();
  });

  it("goes on where the app password is gone altogether", async () => {
    await stage.sandbox.clients.ssm.send(new DeleteParameterCommand({ Name: names.blueskyCredentials }));
    // Whoever still has it in memory shares; a new process does not.
    expect((await post()).run.status).toBe("SUCCEEDED");
  });

  it("keeps words that only X takes off Bluesky, and says so", async () => {
    const { square } = await post({
      caption: Array.from({ length: 11 }, (_, at) => `a-very-long-domain-name-${at}.example.com`).join(" "),
    });
    expect(square.bluesky?.lastError?.message).toMatch(/counts as \d+ characters, and Bluesky accepts 300/);
  });

  it("takes both posts down with the square", async () => {
    const { id, square } = await post();
    const { bluesky, x } = stage.sandbox;
    const { askX } = await import("@twobytwo/core/asking/ask-x");
    const client = createBlueskyClient({
      credentials: { service: bluesky.url, account: bluesky.did, password: bluesky.password() },
      clock: Date.now,
      deadlineMs: 10_000,
    });
    const ports = {
      ...stage.ports,
      askX: {
        deletePost: async (of: { squareId: string; tweetId: string }) => {
          const theX = { deletePost: (tweetId: string) => x.deleteByHand(tweetId) } as never;
          const asking = { ...stage.ports, x: async () => theX, bluesky: async () => client, postUrl: String };
          await askX(asking, { act: "delete-post", ...of });
        },
      },
    };
    await unpostSquare(ports, { id, afterwards: "withdraw" });
    expect(onBluesky(square.bluesky?.id)).toEqual([]);
    expect((await stage.square(id)).bluesky).toBeUndefined();
  });
});
