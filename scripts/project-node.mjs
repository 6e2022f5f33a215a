// Runs before anything is installed, on whatever Node a newcomer has: no dependencies, no recent syntax.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fetchPackage } from "./fetch-package.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Whether a version is this one or later. */
export function atLeast(version, [major, minor]) {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Whether a Node runs TypeScript unbuilt. A distribution may leave that out of a Node that is new enough. */
export const runsTypeScript = ({ versions, features }) =>
  atLeast(versions.node, [22, 18]) && !versions.node.startsWith("23.") && Boolean(features.typescript);

/** As the list of pinned packages names it; they are all built for the C library that most Linuxes have. */
function platformOf({ platform, arch, report }) {
  const isMusl = platform === "linux" && report.getReport().header.glibcVersionRuntime === undefined;
  return `${platform}-${arch}${isMusl ? "-musl" : ""}`;
}

const readPinned = () => JSON.parse(readFileSync(path.join(root, "scripts", "node.json"), "utf8"));

/**
 * The Node that runs the project: that of `own`, or the pinned one where that is too old. The pinned one is fetched once,
 * below `cache`.
 *
 * @returns the path of its program
 * @throws Error, in a sentence for whoever started this
 */
export function projectNode(own = process, cache = path.join(root, ".cache"), pinned = readPinned()) {
  if (runsTypeScript(own)) return own.execPath;
  const { version, platforms } = pinned;
  const platform = platformOf(own);
  const wanted = platforms[platform];
  if (wanted === undefined)
    throw new Error(
      `Node ${own.versions.node} cannot run twobytwo, and npm has no Node ${version} for ${platform}: ` +
        "install Node 22.18 or later and run this again.",
    );
  const { name, integrity, files } = wanted;
  const folder = path.join(cache, `node-${version}-${platform}`);
  if (!existsSync(folder)) console.error(`Fetching Node ${version}, since Node ${own.versions.node} is too old …`);
  fetchPackage(folder, { name, version, integrity }, files);
  return path.join(folder, files[0]);
}
