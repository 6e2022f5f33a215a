import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { distFunctions, root } from "../../scripts/build.ts";
import { fillLambdaFolders } from "../../scripts/lambda-folders.ts";
import { filesBelow } from "../../scripts/zip.ts";
import { functions } from "../../stacks/blueprint.ts";
import { everyCheck } from "./checks/every-check.ts";
import { componentOf } from "./checks/permissions.ts";
import { evaluate, type Graph } from "./graph.ts";
import { textOf } from "./text.ts";

const stages = ["dev", "production"] as const;
const graphs = new Map<string, Graph>();
const graphOf = (stage: string) => graphs.get(stage) as Graph;

beforeAll(async () => {
  await fillLambdaFolders();
  const evaluated = await Promise.all([evaluate("dev"), evaluate("production", { code: true })]);
  stages.forEach((stage, at) => void graphs.set(stage, evaluated[at] as Graph));
}, 240_000);

describe("sst.config.ts and stacks/", () => {
  it("type-check against the types of SST's own platform", async () => {
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const output = await new Promise((resolve) => {
      execFile(process.execPath, [tsc, "-p", "tests/infra/tsconfig.json"], { cwd: root }, (_, stdout) =>
        resolve(stdout),
      );
    });
    expect(output).toBe("");
  }, 240_000);
});

describe.each(stages)("the graph of %s", (stage) => {
  it("comes to its end without an error", () => {
    expect(graphOf(stage).errors).toEqual([]);
  });

  it.each(everyCheck.map((check) => [check.name, check] as const))("keeps that %s", (_, check) => {
    expect(check.problems(graphOf(stage))).toEqual([]);
  });

  it("is the one that was looked at: see the difference, and accept it with npm run check:infra -- -u", async () => {
    await expect(textOf(graphOf(stage))).toMatchFileSnapshot(`graph.${stage}.txt`);
  });
});

/** What Lambda takes as a zip. */
const mostBytes = 50 * 1024 * 1024;

describe("what the graph ships", () => {
  it.each(functions.map(({ name }) => name))("of %s is what npm run build made, byte for byte", async (name) => {
    const { archives } = graphOf("production");
    const { bytes = 0, files: shipped = {} } = archives[componentOf({ name })] ?? {};
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(mostBytes);
    const built = await filesBelow(path.join(distFunctions, name));
    expect(built.has("index.mjs")).toBe(true);
    const hashes = [...built].map(([file, bytes]) => [file, createHash("sha256").update(bytes).digest("hex")]);
    expect(shipped).toMatchObject(Object.fromEntries(hashes));
    // Beside it stand packages alone that no bundle can hold, for the processor that Lambda has.
    const beside = Object.keys(shipped).filter((file) => !file.endsWith("/") && !built.has(file));
    expect(beside.filter((file) => !file.startsWith("node_modules/"))).toEqual([]);
    expect(beside.filter((file) => file.endsWith(".node") && !file.includes("linux-arm64"))).toEqual([]);
  });
});
