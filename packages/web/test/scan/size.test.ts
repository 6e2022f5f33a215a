import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

const mostBytes = 60 * 1024;
const file = (place: string) => fileURLToPath(new URL(place, import.meta.url));

describe("The scanner's geometry", () => {
  it("is a small chunk for a browser: no OpenCV, nothing of Node", async () => {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: [
          `export { findSquares } from ${JSON.stringify(file("../../src/scan/find-squares.ts"))};`,
          `export { warp } from "@twobytwo/core/pictures/warp";`,
          `export { applyGains, greyReference } from "@twobytwo/core/pictures/white-balance";`,
        ].join("\n"),
        resolveDir: file("."),
      },
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: "esm",
      // A module of Node would end the build here.
      platform: "browser",
    });
    const compressed = gzipSync(outputFiles[0]?.contents ?? "");
    expect(compressed.length).toBeGreaterThan(1000);
    expect(compressed.length).toBeLessThan(mostBytes);
    const foreign = Object.keys(metafile.inputs).filter(
      (input) => input.includes("node_modules/") && !input.includes("@twobytwo"),
    );
    expect(foreign).toEqual([]);
  });
});
