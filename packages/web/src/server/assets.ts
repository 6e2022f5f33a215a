import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Hono } from "hono";
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

/** The files of the built app, by their path: `/assets/main-3f2a.js`. */
export interface Assets {
  /** Paths of the files, without those that are only smaller ones of others. */
  paths: ReadonlySet<string>;
  read(path: string): Buffer | undefined;
}

/** The files are few and small: each is read at its first use and kept. No other path than theirs is ever read. */
export function readAssets(folder: string): Assets {
  const files = new Set(filesBelow(folder).map((file) => `/${file}`));
  const kept = new Map<string, Buffer>();
  const paths = new Set([...files].filter((file) => !encodings.some(([, suffix]) => file.endsWith(suffix))));
  return {
    paths,
    read(file) {
      if (!files.has(file)) return undefined;
      const bytes = kept.get(file) ?? readFileSync(path.join(folder, file));
      kept.set(file, bytes);
      return bytes;
    },
  };
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
  const original = assets.read(file);
  if (original === undefined) throw new WebProblem("not-found", "There is no such file.");
  const accepted = acceptedBy(c.req.header("accept-encoding") ?? "");
  const smaller = encodings.flatMap(([encoding, suffix]) => {
    const bytes = accepted.has(encoding) ? assets.read(`${file}${suffix}`) : undefined;
    return bytes === undefined ? [] : [{ encoding, bytes }];
  })[0];
  const bytes = smaller?.bytes ?? original;
  const eTag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
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

function cachingOf(file: string): string {
  if (file === page) return "no-store";
  // The same name with other bytes is another deploy: it is asked for each time, and mostly answered with 304.
  return file.startsWith(hashedFolder) ? "public, max-age=31536000, immutable" : "no-cache";
}

function acceptedBy(header: string): Set<string> {
  const parts = header.split(",").map((part) =>
    part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/),
  );
  return new Set(parts.filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? "")).map(([name = ""]) => name));
}
