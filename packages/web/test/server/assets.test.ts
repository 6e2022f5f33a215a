import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it } from "vitest";
import { assetRoutes, readAssets } from "../../src/server/http/assets.ts";
import { asProblem, problemResponse } from "../../src/server/http/problem.ts";
import type { WebEnv } from "../../src/server/http/web-env.ts";

let folder: string;
const script = `console.log(${JSON.stringify("x".repeat(2_000))});`;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twobytwo-assets-"));
  await mkdir(path.join(folder, "assets"));
  await writeFile(path.join(folder, "index.html"), "<!doctype html><title>twobytwo</title>");
  await writeFile(path.join(folder, "index.html.gz"), gzipSync("<!doctype html><title>twobytwo</title>"));
  await writeFile(path.join(folder, "icon.svg"), "<svg/>");
  await writeFile(path.join(folder, "sw.js"), "self;");
  await writeFile(path.join(folder, "assets", "main-1a2b.js"), script);
  await writeFile(path.join(folder, "assets", "main-1a2b.js.br"), brotliCompressSync(script));
  await writeFile(path.join(folder, "assets", "main-1a2b.js.gz"), gzipSync(script));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const app = (from = folder) =>
  new Hono<WebEnv>().onError((error) => problemResponse(asProblem(error))).route("/", assetRoutes(readAssets(from)));
const get = (address: string, headers: Record<string, string> = {}) => app().request(address, { headers });

it("keeps files with a hash for ever, asks for the others each time, and never keeps the page", async () => {
  const caching = async (address: string) => (await get(address)).headers.get("cache-control");
  expect(await caching("/assets/main-1a2b.js")).toBe("public, max-age=31536000, immutable");
  expect(await caching("/sw.js")).toBe("no-cache");
  for (const place of ["/", "/queue", "/squares/01J", "/index.html"]) expect(await caching(place)).toBe("no-store");
});

it("serves the smallest encoding that the browser takes", async () => {
  const encoding = async (accepted: string) => {
    const answer = await get("/assets/main-1a2b.js", { "accept-encoding": accepted });
    return [answer.headers.get("content-encoding"), (await answer.arrayBuffer()).byteLength];
  };
  expect(await encoding("gzip, deflate, br, zstd")).toEqual(["br", brotliCompressSync(script).length]);
  expect(await encoding("gzip")).toEqual(["gzip", gzipSync(script).length]);
  expect(await encoding("br;q=0, gzip;q=1.0")).toEqual(["gzip", gzipSync(script).length]);
  expect(await encoding("*")).toEqual(["br", brotliCompressSync(script).length]);
  expect(await encoding("*, br;q=0")).toEqual(["gzip", gzipSync(script).length]);
  expect(await encoding("")).toEqual([null, script.length]);
  expect(await encoding("identity, *;q=0")).toEqual([null, script.length]);
});

it("serves no whole file to who does not say what it takes, but the page, which people look at by hand", async () => {
  const answer = await get("/assets/main-1a2b.js");
  expect([answer.headers.get("content-encoding"), (await answer.arrayBuffer()).byteLength]).toEqual([
    "gzip",
    gzipSync(script).length,
  ]);
  expect((await get("/")).headers.get("content-encoding")).toBeNull();
});

it("keeps the app's own icons for a day", async () => {
  expect((await get("/icon.svg")).headers.get("cache-control")).toBe("public, max-age=86400");
});

it("does not send again what the browser has", async () => {
  const first = await get("/sw.js");
  const again = await get("/sw.js", { "if-none-match": first.headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  expect((await get("/sw.js", { "if-none-match": '"other"' })).status).toBe(200);
});

it("shows the app at every place, and 404 for a file that there is not", async () => {
  expect(await (await get("/runs/some-run")).text()).toContain("<title>twobytwo");
  for (const missing of ["/assets/main-old.js", "/assets/anything", "/nothing.png", "/assets/main-1a2b.js.br"])
    expect((await get(missing)).status).toBe(404);
});

it("says what to do where the app was not built", async () => {
  const answer = await app(path.join(folder, "nowhere")).request("/");
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("npm run build");
});
