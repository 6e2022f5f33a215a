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

/** As the build names what it makes smaller beforehand, the smallest first. */
const encodings = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/** The files are few and small: each is read at its first use and kept. No other path than theirs is ever read. */
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

/** The build puts a hash of the content into the names below it. */
const hashedFolder = "/assets/";

/** Serves the app's files, and its page for every address that is a place within the app. */
export function assetRoutes(assets: Assets): Hono<WebEnv> {
  return new Hono<WebEnv>().get("*", (c) => {
    const { path: wanted } = c.req;
    if (wanted !== page && assets.paths.has(wanted)) return send(c, assets, wanted);
    if (wanted.startsWith(hashedFolder) || path.posix.extname(wanted) !== "")
      throw new WebProblem("not-found", "There is no such file: load the page again, it may be of an older version.");
    if (!assets.paths.has(page))
      throw new WebProblem(
        "unavailable",
        "The web app was not built: run `npm run build`, then start or deploy again.",
      );
    return send(c, assets, page);
  });
}

function send(c: WebContext, assets: Assets, file: string): Response {
  // Who does not say what it takes takes anything (RFC 9110, 12.5.3), and gets what nearly every program can read; a third
  // of the bytes. The page itself is small, and what people look at by hand.
  const accepted = acceptedBy(c.req.header("accept-encoding") ?? (file === page ? "identity" : "gzip"));
  const smaller = encodings
    .filter(([encoding]) => accepted.has(encoding))
    .map(([encoding, suffix]) => ({ encoding, asset: assets.read(`${file}${suffix}`) }))
    .find(({ asset }) => asset !== undefined);
  const asset = smaller?.asset ?? assets.read(file);
  if (asset === undefined) throw new WebProblem("not-found", "There is no such file.");
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

/** Pictures of the app itself, which are not worth a request each time: the service worker fetches them anew with each version. */
const icon = /\.(png|svg|webp|ico)$/;

function cachingOf(file: string): string {
  if (file === page) return "no-store";
  if (file.startsWith(hashedFolder)) return "public, max-age=31536000, immutable";
  // The same name with other bytes is another deploy: it is asked for each time, and mostly answered with 304.
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
  // A star stands for all that is not named beside it.
  return new Set(
    taken.flatMap((name) => (name === "*" ? encodings.map(([one]) => one).filter((one) => !named.has(one)) : [name])),
  );
}
