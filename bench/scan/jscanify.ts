import { createRequire } from "node:module";
import path from "node:path";
import type { Corners } from "@twobytwo/core/picture/homography";
import Jscanify from "jscanify/client";
import type { Photo } from "./render.ts";

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
  const require = createRequire(import.meta.url);
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => process.listeners(event as "uncaughtException"));
  const cv = require(path.join(path.dirname(require.resolve("jscanify/client")), "opencv.js")) as OpenCv;
  // It catches what others throw, and prints its own nine megabytes as the place of the error.
  for (const [index, event] of events.entries())
    for (const listener of process.listeners(event as "uncaughtException"))
      if (!before[index]?.includes(listener)) process.removeListener(event, listener);
  // The module has a `then` of its own that never ends to be awaited: wait for its event instead.
  if (cv.Mat === undefined) await new Promise<void>((resolve) => Object.assign(cv, { onRuntimeInitialized: resolve }));
  Object.assign(globalThis, { cv });
  const scanner = new Jscanify();
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
