import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decodeHeic } from "@twobytwo/core/pictures/heic";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const source = (name: string) => fileURLToPath(new URL(`../../src/pictures/${name}`, import.meta.url));
const fixture = () => readFile(new URL("fixtures/turned-p3.heic", import.meta.url));
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "twobytwo-heic-"));
});
afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));

async function bundle(names: readonly string[]): Promise<{ decodeHeic: typeof decodeHeic }> {
  await build({
    entryPoints: names.map((name) => ({ in: source(`${name}.ts`), out: name })),
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    banner: { js: 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);' },
    logLevel: "silent",
  });
  return import(pathToFileURL(path.join(directory, "heic.mjs")).href) as Promise<{ decodeHeic: typeof decodeHeic }>;
}

describe("the HEIC decoder", () => {
  it("gives a bundle the same pixels as the source", async () => {
    const bundled = await bundle(["heic", "heic-worker"]);
    const bytes = await fixture();
    const { width, height, rgba } = await bundled.decodeHeic(bytes);
    expect([width, height, rgba.length]).toEqual([160, 240, 160 * 240 * 4]);
    expect(Buffer.from(rgba).equals((await decodeHeic(bytes)).rgba)).toBe(true);
  });

  it("leaves the bytes it was given as they are, and others to go on meanwhile", async () => {
    const bytes = await fixture();
    const before = Buffer.from(bytes);
    const order: string[] = [];
    const decoding = decodeHeic(bytes).then(() => order.push("decoded"));
    await new Promise((resolve) => setImmediate(resolve));
    order.push("went on");
    await decoding;
    expect(order).toEqual(["went on", "decoded"]);
    expect(bytes.equals(before)).toBe(true);
  });

  it("blames the file for what is no HEIC, and itself where its worker is missing", async () => {
    await expect(decodeHeic(Buffer.from("no picture"))).rejects.toMatchObject({ name: "Error" });
    const lonely = await bundle(["heic"]);
    await expect(lonely.decodeHeic(await fixture())).rejects.toMatchObject({ name: "HeicDecoderFailed" });
  });
});
