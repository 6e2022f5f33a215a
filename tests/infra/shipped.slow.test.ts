import { createHash } from "node:crypto";
import path from "node:path";
import { distFunctions } from "@twobytwo/scripts/build";
import { fillLambdaFolders } from "@twobytwo/scripts/lambda-folders";
import { filesBelow } from "@twobytwo/scripts/zip";
import { functions } from "@twobytwo/stacks/blueprint";
import { beforeAll, describe, expect, it } from "vitest";
import { componentOf } from "./checks/permissions.ts";
import { evaluate, type Graph } from "./graph.ts";

/** What Lambda takes as a zip. */
const mostBytes = 50 * 1024 * 1024;

describe("what the graph ships", () => {
  let production: Graph;
  beforeAll(async () => {
    await fillLambdaFolders();
    [production] = (await evaluate([{ stage: "production" }], { code: true })) as [Graph];
  }, 240_000);

  it.each(functions.map(({ name }) => name))("of %s is what npm run build made, byte for byte", async (name) => {
    const { bytes = 0, files: shipped = {} } = production.archives[componentOf({ name })] ?? {};
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
