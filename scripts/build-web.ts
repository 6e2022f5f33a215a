import { existsSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { replaceFile } from "./replace-file.ts";
import { root } from "./root.ts";

const packageFolder = path.join(root, "packages", "web");
/** Where Vite puts the built app. */
export const distWeb = path.join(root, "dist", "web");

/** Builds the web app. */
export async function buildWeb(): Promise<void> {
  const { build } = await import("vite");
  const before = process.env["NODE_ENV"];
  // Vitest sets it to "test", and Vite would build for development: larger files than those that are deployed.
  process.env["NODE_ENV"] = "production";
  try {
    await build({
      configFile: path.join(packageFolder, "vite.config.ts"),
      build: { outDir: distWeb },
      logLevel: "warn",
    });
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
  }
}

/** Builds the web app where something it is made of was changed since. */
export async function buildWebIfOlder(): Promise<void> {
  const built = await stat(path.join(distWeb, "index.html")).catch(() => undefined);
  const contracts = (await readdir(path.join(packageFolder, "src"))).filter((name) => name.startsWith("contract"));
  const sources = [
    ...[
      "vite",
      "src/client",
      "src/scan",
      "public",
      ...contracts.map((name) => path.join("src", name)),
      "index.html",
      "vite.config.ts",
      "package.json",
    ].map((name) => path.join(packageFolder, name)),
    path.join(root, "packages", "core", "src"),
    path.join(root, "stacks", "workflow.asl.json"),
  ];
  const changes = await Promise.all(sources.map(latestChange));
  if (built === undefined || Math.max(...changes) > built.mtimeMs) await buildWeb();
}

async function latestChange(place: string): Promise<number> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await readdir(place);
  return Math.max(found.mtimeMs, ...(await Promise.all(inside.map((name) => latestChange(path.join(place, name))))));
}

/** Files whose bytes can be made fewer, from the size on where it is worth it. */
const compressible = /\.(html|js|css|json|svg|webmanifest|txt|wasm)$/;
const leastBytes = 1024;

const smaller = {
  ".br": (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
  ".gz": (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
};

/** Puts the built app beside the bundle of its function, each file with smaller ones for browsers that take them. */
export async function copyAssets(to: string): Promise<void> {
  if (!existsSync(distWeb)) return;
  const entries = await readdir(distWeb, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(distWeb, path.join(entry.parentPath, entry.name)));
  const wanted = new Set((await Promise.all(files.map((file) => copyAsset(file, to)))).flat());
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    const file = path.relative(to, path.join(entry.parentPath, entry.name));
    if (entry.isFile() && !wanted.has(file)) await rm(path.join(to, file), { force: true });
  }
}

/** @returns names of what it wrote, or what is there already. */
async function copyAsset(file: string, to: string): Promise<string[]> {
  const bytes = await readFile(path.join(distWeb, file));
  const isKnown = !(await replaceFile(path.join(to, file), bytes));
  if (!compressible.test(file) || bytes.length < leastBytes) return [file];
  const made = Object.entries(smaller).map(async ([suffix, compress]) => {
    const name = `${file}${suffix}`;
    if (!isKnown || !existsSync(path.join(to, name))) await replaceFile(path.join(to, name), await compress(bytes));
    return name;
  });
  return [file, ...(await Promise.all(made))];
}
