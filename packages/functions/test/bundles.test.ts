import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { distFunctions } from "@twobytwo/scripts/build";
import { root } from "@twobytwo/scripts/root";
import { functions } from "@twobytwo/stacks/blueprint";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
/** The pinned Node and, in CI, the major that Lambda runs. */
const nodes = [process.execPath, process.env["TWOBYTWO_LAMBDA_NODE"]].filter((file) => file !== undefined);
/** Those of the state machine, and what asks X for the web app; what else is deployed may bring native packages beside its bundle. */
const steps = functions.filter(({ name, placeholder }) => placeholder !== undefined || name === "ask-x");

const call = `
const { handler } = await import(process.argv[1]);
const error = await handler({ nonsense: true }).catch((thrown) => thrown);
const loaded = process.moduleLoadList.filter((name) => name.includes("undici/"));
console.log("RESULT" + JSON.stringify({ name: error.name, message: error.message, loaded }));
`;

describe("the bundle of", () => {
  it.each(steps.map(({ name }) => name))(
    "%s runs alone with plain Node, without all that an import of Node's own modules loads, and says what is wrong with its input",
    async (name) => {
      const folder = await mkdtemp(path.join(tmpdir(), "twobytwo-bundle-"));
      const file = path.join(folder, "index.mjs");
      await copyFile(path.join(distFunctions, name, "index.mjs"), file);
      for (const node of nodes) {
        const { stdout } = await run(node, ["--input-type=module", "-e", call, file], { cwd: folder, env: {} });
        expect(JSON.parse(stdout.split("RESULT")[1] ?? "null")).toMatchObject({
          name: "Rejected",
          message: expect.stringMatching(/^The input of [A-Z][A-Za-z ]+ is wrong: /),
          loaded: [],
        });
      }
      await rm(folder, { recursive: true, force: true });
    },
  );

  it.each(steps.map(({ name }) => name))("%s holds no path of the machine that built it", async (name) => {
    const bundle = await readFile(path.join(distFunctions, name, "index.mjs"), "utf8");
    expect(bundle.includes(path.join(root, "packages"))).toBe(false);
    expect(bundle).not.toMatch(/require\("sharp"\)|from"sharp"/);
  });

  it("web, in all its parts, neither opens pictures nor asks for the keys of X", async () => {
    const folder = path.join(distFunctions, "web");
    const parts = (await readdir(folder)).filter((name) => name.endsWith(".mjs"));
    expect(parts).toContain("index.mjs");
    expect(parts).not.toContain("heic-worker.mjs");
    for (const part of parts)
      expect(await readFile(path.join(folder, part), "utf8")).not.toMatch(
        /["'](sharp|libheif-js)["']|AmazonSSM|GetParameter|HMAC-SHA1/,
      );
  });
});
