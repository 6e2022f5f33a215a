import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Corners } from "@twobytwo/core/pictures/homography";
import { npmInstallApart } from "../../scripts/npm-install.mjs";
import type { Photo } from "./render.ts";

/** 30 MB of which nothing but this comparison needs anything, so that only whoever compares has it installed. */
const jscanify = {
  version: "1.4.3",
  integrity: "sha512-BoGW0ZZvuK6BUA5o32R9W3QuguiZY/y0IApTD+cCDNRhBen2YC3IdSLQcLQdazGGKvdzGF6+Y0Z9l7tmjDfzrg==",
} as const;
/** In the place of what it needs only to read files and show pictures, native code and a browser's document. */
const nothing = "npm:empty-npm-package@1.0.0";

interface Contour {
  delete(): void;
}

/** jscanify ships no types. What it is given and gives are objects of the OpenCV.js that it finds as the global `cv`. */
interface Scanner {
  findPaperContour(image: unknown): Contour | null;
  getCornerPoints(
    contour: Contour,
  ): Partial<
    Record<"topLeftCorner" | "topRightCorner" | "bottomLeftCorner" | "bottomRightCorner", { x: number; y: number }>
  >;
}

interface OpenCv {
  onRuntimeInitialized?: () => void;
  Mat?: unknown;
  matFromImageData(image: Photo): { delete(): void };
}

/**
 * The scanner that others use, as its own `highlightPaper` runs it: `findPaperContour` on the whole picture (RGBA), then
 * `getCornerPoints`. It is the package itself, on the OpenCV.js that it ships; only the canvas of a browser is passed by, with
 * `matFromImageData` in the place of `imread`.
 *
 * @returns a finder, which gives no corners where jscanify misses one
 */
export async function openJscanify(): Promise<(photo: Photo) => Corners | undefined> {
  const source = path.join(await installed(), "src");
  const require = createRequire(import.meta.url);
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => process.listeners(event as "uncaughtException"));
  const cv = require(path.join(source, "opencv.js")) as OpenCv;
  // It catches what others throw, and prints its own nine megabytes as the place of the error.
  for (const [index, event] of events.entries())
    for (const listener of process.listeners(event as "uncaughtException"))
      if (!before[index]?.includes(listener)) process.removeListener(event, listener);
  // The module has a `then` of its own that never ends to be awaited: wait for its event instead.
  if (cv.Mat === undefined) await new Promise<void>((resolve) => Object.assign(cv, { onRuntimeInitialized: resolve }));
  Object.assign(globalThis, { cv });
  const scanner = new (require(path.join(source, "jscanify.js")) as new () => Scanner)();
  return (photo) => {
    const image = cv.matFromImageData(photo);
    try {
      const contour = scanner.findPaperContour(image);
      if (contour === null) return undefined;
      const { topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner } = scanner.getCornerPoints(contour);
      contour.delete();
      if (!topLeftCorner || !topRightCorner || !bottomRightCorner || !bottomLeftCorner) return undefined;
      return [topLeftCorner, topRightCorner, bottomRightCorner, bottomLeftCorner];
    } finally {
      image.delete();
    }
  };
}

/**
 * The folder of the package, installed once below `.cache`.
 *
 * @throws Error where npm fails, or where the registry's bytes are other ones than were measured with.
 */
async function installed(): Promise<string> {
  const folder = fileURLToPath(new URL(`../../.cache/jscanify-${jscanify.version}`, import.meta.url));
  const modules = path.join(folder, "node_modules");
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}.tmp`;
    try {
      await mkdir(fresh, { recursive: true });
      const manifest = {
        private: true,
        dependencies: { jscanify: jscanify.version },
        overrides: { jscanify: { canvas: nothing, jsdom: nothing } },
      };
      await writeFile(path.join(fresh, "package.json"), JSON.stringify(manifest));
      if (!npmInstallApart(fresh))
        throw new Error("npm could not install jscanify (see above): check the network, then try again.");
      const lock = JSON.parse(await readFile(path.join(fresh, "package-lock.json"), "utf8"));
      if (lock.packages["node_modules/jscanify"].integrity !== jscanify.integrity)
        throw new Error(
          `jscanify ${jscanify.version} came from the registry with other bytes than it was measured with.`,
        );
      await rename(fresh, folder);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return path.join(modules, "jscanify");
}
