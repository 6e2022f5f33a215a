import type { Measure } from "../measure.ts";
import { measureWall } from "../web-wall.ts";

export const wall: Measure = {
  name: "wall",
  title: "The wall of the web app in Chromium",
  async run({ quick, tell }) {
    const squares = quick ? 200 : 10_000;
    tell(`${squares} squares are hung …`);
    const { firstThumbnailsMs, frames, mostInDocument, endMs, initialJavaScript } = await measureWall(squares);
    return {
      table: {
        columns: ["", "wall"],
        rows: [
          ["squares", squares],
          ["first thumbnails, nothing cached, ms", firstThumbnailsMs.cold],
          ["first thumbnails again, ms", firstThumbnailsMs.warm],
          ["scrolling 60 squares a second: median frame, ms", frames.calm.medianMs],
          ["95 of 100 frames within, ms", frames.calm.p95Ms],
          ["scrolling 400 squares a second: median frame, ms", frames.fast.medianMs],
          ["95 of 100 frames within, ms", frames.fast.p95Ms],
          ["worst frame, ms", frames.fast.worstMs],
          ["squares in the document at most", mostInDocument],
          ["jump to the end, ms", endMs],
          ["initial JavaScript, gzip, bytes", initialJavaScript.gzip],
        ],
      },
      figures: {
        squares,
        coldMs: firstThumbnailsMs.cold,
        warmMs: firstThumbnailsMs.warm,
        calmMedianFrameMs: frames.calm.medianMs,
        calmP95FrameMs: frames.calm.p95Ms,
        medianFrameMs: frames.fast.medianMs,
        p95FrameMs: frames.fast.p95Ms,
        worstFrameMs: frames.fast.worstMs,
        mostInDocument,
        endMs,
        javascriptGzipBytes: initialJavaScript.gzip,
      },
      notes: [
        "Chromium without a graphics card, on the cores that the sandbox and its Lambdas have as well; Lambda and S3 are on this machine.",
      ],
    };
  },
};
