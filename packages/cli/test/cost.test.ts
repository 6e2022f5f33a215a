import { PassThrough } from "node:stream";
import { costOfMonth, costOfPost, type PostUsage, total } from "@twobytwo/core/cost";
import { changeRhythm } from "@twobytwo/core/pause-schedule";
import { prices } from "@twobytwo/core/prices";
import { postPrice } from "@twobytwo/core/words";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { distFunctions } from "../../../scripts/build.ts";
import { countPost, readFigures } from "../../../scripts/post-figures.ts";
import { putQueued } from "../../core/test/table-fixture.ts";
import { execute } from "../src/execute.ts";
import { temporaryDirectory } from "./command.ts";

const usage: PostUsage = {
  transitions: 10,
  readUnits: 8,
  writeUnits: 20,
  objectsRead: 1,
  functions: { tweet: { invocations: 1, memoryMb: 1024, milliseconds: 1000 } },
};

describe("the cost of a post", () => {
  it("is that of its parts, and X's is most of it", () => {
    const cost = costOfPost(usage);
    expect(cost.stepFunctions).toBeCloseTo(0.00025, 8);
    expect(cost.lambda).toBeCloseTo(0.0000133334 + 0.0000002, 10);
    expect(cost.dynamodb).toBeCloseTo(8 * 0.125e-6 + 20 * 0.625e-6, 10);
    expect(cost.x).toBeCloseTo(0.02, 8);
    expect(total(cost)).toBeGreaterThan(cost.x);
  });

  it("is thirteen times as high with a link", () => {
    expect(costOfPost(usage, { withLink: true, withAltText: false }).x).toBe(0.2);
    expect([prices.postOnX, prices.postWithLinkOnX]).toEqual([postPrice.plain, postPrice.withLink]);
  });

  it("goes into a month by its number, with the pictures that lie in the bucket", () => {
    const month = costOfMonth(usage, { posts: 30, withLink: 1, withAltText: 10, storedBytes: 10e9 });
    expect(month.x).toBeCloseTo(29 * 0.015 + 0.2 + 10 * 0.005, 8);
    expect(month.s3).toBeCloseTo(30 * 0.4e-6 + 0.23, 8);
    expect(month.stepFunctions).toBeCloseTo(0.0075, 8);
  });
});

describe("the figures of a post", () => {
  it("are still those that are counted: measure them anew with scripts/post-figures.ts", async () => {
    const { usage: measured } = await readFigures();
    const counted = Object.entries(measured.functions).map(([name, { milliseconds, ...one }]) => {
      expect(milliseconds).toBeGreaterThan(0);
      return [name, one];
    });
    expect({ ...measured, functions: Object.fromEntries(counted) }).toEqual(await countPost());
  });
});

describe("2x2 cost", () => {
  let place: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sandbox: Sandbox;
  beforeAll(async () => {
    place = await temporaryDirectory();
    vi.stubEnv("TWOBYTWO_SANDBOX_DIR", place.directory);
    sandbox = await startSandbox({ directory: place.directory, bundles: distFunctions });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await sandbox.close();
    await place.remove();
  });

  async function cost(...args: string[]): Promise<{ code: number; output: string }> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const { signal } = new AbortController();
    const world = { stdin: undefined, stdout, stderr, environment: process.env, signal };
    const code = await execute(["cost", ...args], world);
    return { code, output: String(stdout.read() ?? "") };
  }

  it("counts the posts of 30 days at the schedule, and what they say", async () => {
    const { table } = portsOf(sandbox.clients);
    await putQueued(table, { id: "A", sortKey: "A" }, { id: "B", sortKey: "B" });
    const { code, output } = await cost("--json");
    expect(code).toBe(0);
    const document = JSON.parse(output);
    expect(document).toMatchObject({
      stage: "sandbox",
      month: { posts: 30, withLink: 0, withAltText: 0, storedBytes: expect.any(Number) },
    });
    expect(document.monthlyTotal).toBeGreaterThan(30 * 0.015);
    expect(document.postTotal).toBeLessThan(0.03);
  });

  it("follows the schedule, and says so in words", async () => {
    const ports = portsOf(sandbox.clients);
    await changeRhythm(ports, { expression: "rate(12 hours)" });
    const { output } = await cost();
    expect(output).toMatch(/^FOR +A POST +A MONTH\nX +\$0\.02 +\$/);
    expect(output).toMatch(/\nall +\$0\.02\d+ +\$\d+\.\d\d\n\n60 posts in 30 days \(every 12 hours\), /);
  });
});
