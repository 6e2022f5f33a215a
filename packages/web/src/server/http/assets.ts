import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Hono } from "hono";
import type { Asset, Assets } from "./ports.ts";
import { WebProblem } from "./problem.ts";
import type { WebContext, WebEnv } from "./web-env.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};

/** Encodings and the suffixes of their files, as the build names them; the smallest first. */
const encodings = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/** The files are few and small, so each is kept in memory after its first use. No other path is ever read. */
export function readAssets(folder: string): Assets {
  const files = new Set(filesBelow(folder).map((file) => `/${file}`));
  const kept = new Map<string, Asset>();
  const paths = new Set([...files].filter((file) => !encodings.some(([, suffix]) => file.endsWith(suffix))));
  return {
    paths,
    read(file) {
      if (!files.has(file)) return undefined;
      const asset = kept.get(file) ?? readAsset(path.join(folder, file));
      kept.set(file, asset);
      return asset;
    },
  };
}

function readAsset(place: string): Asset {
  const bytes = readFileSync(place);
  return { bytes, eTag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"` };
}

function filesBelow(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const page = "/index.html";

/** File names below it contain a hash of their content. */
const hashedFolder = "/assets/";

/** Serves the app's files, and its page for every other address that has no extension. */
export function assetRoutes(assets: Assets): Hono<WebEnv> {
  return new Hono<WebEnv>().get("*", (c) => {
    const { path: wanted } = c.req;
    if (wanted !== page && assets.paths.has(wanted)) return send(c, assets, wanted);
    if (wanted.startsWith(hashedFolder) || path.posix.extname(wanted) !== "")
      throw new WebProblem("not-found", "This file does not exist. Reload the page: it may be from an older version.");
    if (!assets.paths.has(page))
      throw new WebProblem(
        "unavailable",
        "The web app has not been built. Run `npm run build`, then start or deploy again.",
      );
    return send(c, assets, page);
  });
}

function send(c: WebContext, assets: Assets, file: string): Response {
  // Without the header, any encoding is acceptable (RFC 9110, 12.5.3): gzip, which nearly every program reads, is a third of the bytes.
  // The page itself is small, and people read it by hand.
  const accepted = acceptedBy(c.req.header("accept-encoding") ?? (file === page ? "identity" : "gzip"));
  const smaller = encodings
    .filter(([encoding]) => accepted.has(encoding))
    .map(([encoding, suffix]) => ({ encoding, asset: assets.read(`${file}${suffix}`) }))
    .find(({ asset }) => asset !== undefined);
  const asset = smaller?.asset ?? assets.read(file);
  if (asset === undefined) throw new WebProblem("not-found", "This file does not exist.");
  const { bytes, eTag } = asset;
  const headers = {
    "content-type": types[path.posix.extname(file)] ?? "application/octet-stream",
    "cache-control": cachingOf(file),
    etag: eTag,
    vary: "accept-encoding",
    ...(smaller && { "content-encoding": smaller.encoding }),
  };
  if (c.req.header("if-none-match")?.includes(eTag)) return new Response(null, { status: 304, headers });
  return new Response(Uint8Array.from(bytes), { headers });
}

/** Icons are not worth a request each time; the service worker fetches them with each version. */
const icon = /\.(png|svg|webp|ico)$/;

function cachingOf(file: string): string {
  if (file === page) return "no-store";
  if (file.startsWith(hashedFolder)) return "public, max-age=31536000, immutable";
  // A deploy can change the bytes under the same name, so browsers ask each time; mostly the answer is 304.
  return icon.test(file) ? "public, max-age=86400" : "no-cache";
}

function acceptedBy(header: string): ReadonlySet<string> {
  const parts = header.split(",").map((part) =>
    part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/),
  );
  const isRefused = (weight = "") => /^q=0(\.0*)?$/.test(weight);
  const named = new Set(parts.map(([name = ""]) => name));
  const taken = parts.filter(([, weight]) => !isRefused(weight)).map(([name = ""]) => name);
  // A star means every encoding that is not named.
  return new Set(
    taken.flatMap((name) => (name === "*" ? encodings.map(([one]) => one).filter((one) => !named.has(one)) : [name])),
  );
}
