import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Registry, startRegistry } from "./registry.ts";

const node = (version: string, more: object = {}) => ({
  execPath: "/the/own/node",
  versions: { node: version },
  features: { typescript: "strip" },
  platform: "test",
  arch: "x64",
  header: {},
  ...more,
});

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

let folder: string;
beforeEach(() => {
  registry.delivery = "whole";
  registry.asked.length = 0;
  folder = mkdtempSync(path.join(tmpdir(), "twobytwo-node-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

interface Search {
  child: ChildProcess;
  /** The path of the Node, or why there is none. */
  said: Promise<string>;
}

/** In a process of its own, as the bootstrap does it: it waits for npm, and the registry is served by this one. */
function search(own: object): Search {
  const { name, version, integrity } = registry.pinned;
  const pinned = { version, platforms: { "test-x64": { name, integrity, files: ["bin/node", "LICENSE"] } } };
  const script = path.join(import.meta.dirname, "find-node.mjs");
  const child = spawn(process.execPath, [script, JSON.stringify({ own, cache: cacheFolder(), pinned })], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
    // A cache of its own: npm would take bytes that it has once seen from there.
    env: {
      ...process.env,
      npm_config_registry: registry.url,
      npm_config_cache: path.join(folder, "npm"),
      npm_config_fetch_retries: "0",
    },
  });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  return { child, said: once(child, "close").then(() => output.trim()) };
}

const cacheFolder = () => path.join(folder, "cache");
const fetched = () => path.join(cacheFolder(), "node-1.2.3-test-x64", "bin", "node");

describe("the Node that runs the project", () => {
  it.each(["22.18.0", "22.23.2", "24.0.0", "26.1.0"])("is the machine's own where that is %s", async (version) => {
    expect(await search(node(version)).said).toBe("/the/own/node");
    expect(registry.asked).toEqual([]);
    expect(existsSync(cacheFolder())).toBe(false);
  });

  it.each([
    ["20.19.0", node("20.19.0", { features: {} })],
    ["22.17.1", node("22.17.1")],
    ["23.11.0", node("23.11.0")],
    ["24.0.0 built without TypeScript", node("24.0.0", { features: { typescript: false } })],
  ])("is fetched where the machine has %s", async (_, own) => {
    expect(await search(own).said).toBe(fetched());
    expect(execFileSync(fetched(), { encoding: "utf8" })).toBe("v1.2.3\n");
  });

  it("is fetched once, and nothing is kept but the program and its licence", async () => {
    await search(node("20.19.0")).said;
    expect(readdirSync(cacheFolder())).toEqual(["node-1.2.3-test-x64"]);
    expect(readdirSync(path.join(cacheFolder(), "node-1.2.3-test-x64")).sort()).toEqual(["LICENSE", "bin"]);
    const before = registry.asked.length;
    expect(await search(node("20.19.0")).said).toBe(fetched());
    expect(before).toBeGreaterThan(0);
    expect(registry.asked).toHaveLength(before);
  });

  it("is not taken in other bytes than were pinned, and the next start fetches it anew", async () => {
    registry.delivery = "other bytes";
    expect(await search(node("20.19.0")).said).toMatch(
      /^node-test-x64@1\.2\.3 could not be fetched .*run this again\.$/,
    );
    expect(readdirSync(cacheFolder())).toEqual([]);
    registry.delivery = "whole";
    expect(await search(node("20.19.0")).said).toBe(fetched());
  });

  it("is fetched anew after a start that was killed, and what that one left is gone", async () => {
    registry.delivery = "never ends";
    const downloading = registry.nextDownload();
    const { child, said } = search(node("20.19.0"));
    await downloading;
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await said;
    expect(readdirSync(cacheFolder())).toHaveLength(1);
    expect(existsSync(fetched())).toBe(false);
    registry.delivery = "whole";
    expect(await search(node("20.19.0")).said).toBe(fetched());
    expect(readdirSync(cacheFolder())).toEqual(["node-1.2.3-test-x64"]);
  });

  it("is whole for two starts at once", async () => {
    const both = [search(node("20.19.0")), search(node("20.19.0"))];
    expect(await Promise.all(both.map(({ said }) => said))).toEqual([fetched(), fetched()]);
    expect(readdirSync(cacheFolder())).toEqual(["node-1.2.3-test-x64"]);
  });

  it.each([
    ["riscv", { arch: "riscv64" }, "test-riscv64"],
    ["a Linux with another C library", { platform: "linux" }, "linux-x64-musl"],
  ])("cannot be had on %s, and a sentence says what to do", async (_, more, platform) => {
    expect(await search(node("20.19.0", more)).said).toBe(
      `Node 20.19.0 cannot run twobytwo, and npm has no Node 1.2.3 for ${platform}: install Node 22.18 or later and run this again.`,
    );
    expect(registry.asked).toEqual([]);
  });

  it("is pinned in one version", () => {
    const { version } = JSON.parse(readFileSync(path.join(root, "scripts", "node.json"), "utf8"));
    expect(readFileSync(path.join(root, ".nvmrc"), "utf8").trim()).toBe(version);
  });
});
