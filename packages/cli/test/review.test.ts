import { PassThrough } from "node:stream";
import type { Candidates } from "@twobytwo/core/posting/candidates";
import { readSquare } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { putQueued } from "@twobytwo/core/test/squares/table-fixture";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { readCredentials } from "@twobytwo/core/x/credentials";
import { names } from "@twobytwo/sandbox/names";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "../src/execute.ts";
import { temporaryDirectory } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryDirectory>>;
let sandbox: Sandbox;
let ports: ReturnType<typeof portsOf>;
let x: XClient;
let made = 0;

beforeAll(async () => {
  place = await temporaryDirectory();
  vi.stubEnv("TWOBYTWO_SANDBOX_DIR", place.directory);
  sandbox = await startSandbox({ directory: place.directory, bundles: distFunctions, waitScale: 0 });
  ports = portsOf(sandbox.clients);
  const credentials = await readCredentials(sandbox.clients.ssm, names.credentials);
  x = createXClient({ credentials, baseUrl: sandbox.endpoints.x, clock: Date.now, deadlineMs: 10_000 });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
  await place.remove();
});

/** A terminal at which somebody types, one piece a question. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(isRaw: boolean): this {
    this.modes.push(isRaw);
    return this;
  }
}

/** @param typed at each question, in these pieces; a terminal is there only where something is typed. */
async function run(args: string[], ...typed: string[][]) {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const terminal = new Terminal();
  const left = [...typed];
  let told = "";
  stderr.on("data", (chunk) => {
    told += String(chunk);
    if (/(: |\[y\/N\] )$/.test(told) && left.length > 0) for (const piece of left.shift() ?? []) terminal.write(piece);
  });
  const { signal } = new AbortController();
  const code = await execute(["review", ...args], {
    stdin: typed.length === 0 ? undefined : terminal,
    stdout,
    stderr,
    environment: { NO_COLOR: "1" },
    signal,
  });
  return { code, output: String(stdout.read() ?? ""), told, modes: terminal.modes };
}

async function queued(): Promise<string> {
  made += 1;
  const id = `square-${made}`;
  await putQueued(ports.table, { id, sortKey: id });
  return id;
}

/** A square of which nobody knows whether it is out; `sent`: it is. */
async function held({ sent }: { sent: boolean }) {
  const id = await queued();
  const square = { id, title: `Square ${id}`, caption: undefined };
  const { tweetBody } = await hold({ table: ports.table, x, now: Date.now() }, square);
  return { id, title: square.title, tweetId: sent ? (await x.post(tweetBody)).id : "" };
}
const statusOf = async (id: string) => (await readSquare(ports.table, id))?.status;

describe("2x2 review of one square", () => {
  it("shows what is known and the account's posts, says what the look costs, and leaves the decision to a person", async () => {
    const { id, title, tweetId } = await held({ sent: true });
    const { code, output, told } = await run([id]);
    expect(code).toBe(0);
    expect(told).toMatch(/X charges \$0\.001 to \$0\.005 for each post/);
    expect(output).toMatch(/^sent {8}\w+ .*, and resent 1 time; not seen in 3 looks since$/m);
    expect(output).toMatch(
      new RegExp(`^1 {2}.*/status/${tweetId}\\n {3}the same picture, the same text\\n {3}${title}$`, "m"),
    );
    expect(output).toContain(`2x2 review ${id} --posted POST`);
    expect(await statusOf(id)).toBe("review");
  });

  it("gives the same as one document, and asks nobody", async () => {
    const { id, tweetId } = await held({ sent: true });
    const { output, modes } = await run([id, "--json"], ["1"]);
    const { candidates, complete, square } = JSON.parse(output) as Candidates;
    expect([square.id, complete]).toEqual([id, true]);
    expect(candidates[0]).toMatchObject({ tweetId, sameMedia: true, url: expect.stringContaining(tweetId) });
    expect([modes, await statusOf(id)]).toEqual([[], "review"]);
  });

  it("is decided by the number of its post, with one key and no Enter", async () => {
    const { id, tweetId } = await held({ sent: true });
    const { code, output, told, modes } = await run([id], ["1"]);
    expect([code, output]).toEqual([0, `✓ ${id}: review → posted\n`]);
    expect(told).toMatch(
      /1-?\d? this is its post · q not posted, back in the queue · w withdraw it · Enter leave it: /,
    );
    expect(modes).toEqual([true, false]);
    expect(await readSquare(ports.table, id)).toMatchObject({ status: "posted", tweetId });
  });

  it("goes back into the queue with q once the person is sure, and is told where its post is to be seen", async () => {
    const [out, away] = [await held({ sent: true }), await held({ sent: false })];
    const no = await run([out.id], ["q"], ["n\n"]);
    expect(no.told).toMatch(new RegExp(`/status/${out.tweetId} has exactly this picture.*Put it back anyway\\?`));
    expect([no.output, await statusOf(out.id)]).toEqual([`  ${out.id} is still held for review\n`, "review"]);
    const yes = await run([away.id], ["q"], ["y\n"]);
    expect(yes.told).toContain("If it was posted after all, it will be posted twice. Put it back?");
    expect([yes.output, await statusOf(away.id)]).toEqual([`✓ ${away.id}: review → queued\n`, "queued"]);
  });

  it("is withdrawn with w and left with Enter, and what is pasted decides nothing", async () => {
    const { id } = await held({ sent: true });
    expect((await run([id], ["1234", "\r"])).output).toBe(`  ${id} is still held for review\n`);
    expect((await run([id], ["w"])).output).toBe(`✓ ${id}: review → withdrawn\n`);
  });

  it("offers no number for a post that another square has", async () => {
    const { id } = await held({ sent: false });
    const other = await queued();
    const { id: tweetId } = await x.post(JSON.stringify({ text: "By hand" }));
    const now = new Date().toISOString();
    await changeStatus(ports.table, { id: other, from: "queued", to: "posted", sortKey: now, now, set: { tweetId } });
    const { output } = await run([id]);
    expect(output).toMatch(new RegExp(`^- {2}.*/status/${tweetId}\\n {3}the post of square ${other}$`, "m"));
  });

  it("says of a list that is not whole why it is not", async () => {
    const { id } = await held({ sent: true });
    sandbox.x.inject({ kind: "incomplete", how: "some-errors", operation: "GET /2/users/{id}/tweets" });
    expect((await run([id])).output).toMatch(/^This list may be incomplete: X's answer was incomplete/m);
  });

  it("fails with X's words where X shows nothing, and refuses a square that nobody holds", async () => {
    const { id } = await held({ sent: true });
    sandbox.x.inject({ kind: "credits-depleted", operation: "GET /2/users/{id}/tweets" });
    expect(await run([id])).toMatchObject({ code: 1, told: expect.stringContaining("credits") });
    expect(await run([await queued()])).toMatchObject({
      code: 1,
      told: expect.stringMatching(/is queued, and there is something to find out only/),
    });
  });
});
