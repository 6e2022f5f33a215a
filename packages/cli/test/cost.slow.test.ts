import { PassThrough } from "node:stream";
import { changeRhythm } from "@twobytwo/core/schedule/rhythm";
import { putQueued } from "@twobytwo/core/test/squares/table-fixture";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "../src/execute.ts";
import { temporaryDirectory } from "./command.ts";

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
