import { PutObjectCommand } from "@aws-sdk/client-s3";
import { dayMs } from "@twobytwo/core/clock";
import type { Ports } from "@twobytwo/core/ports";
import { buildFunctions } from "@twobytwo/scripts/build";
import { buildWebIfOlder } from "@twobytwo/scripts/build-web";
import { openGallery } from "@twobytwo/tests/browser/gallery";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { atMost } from "../budgets.ts";
import type { Measure, Result } from "../measure.ts";
import { putSquares } from "../squares.ts";
import { quantile, rounded } from "../statistics.ts";

const thumbnails = 240;
const thumbnailKey = (number: number) => `thumbnails/wall-${number % thumbnails}.webp`;

/** Puts rows of posted squares into the table, with a few hundred different thumbnails. */
async function hang({ bucket, table }: Ports, count: number): Promise<void> {
  for (let number = 0; number < thumbnails; number += 1) {
    const [background, noise] = [`hsl(${number * 7}, 60%, 50%)`, { type: "gaussian", mean: 128, sigma: 30 } as const];
    const grain = await sharp({ create: { width: 512, height: 512, channels: 3, background, noise } })
      .png()
      .toBuffer();
    const plain = sharp({ create: { width: 512, height: 512, channels: 3, background } });
    const Body = await plain
      .composite([{ input: grain, blend: "overlay" }])
      .webp({ quality: 80 })
      .toBuffer();
    const Key = thumbnailKey(number);
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body, ContentType: "image/webp" }));
  }
  const base = Date.UTC(2026, 0, 1);
  const square = (number: number) => {
    const time = new Date(base - number * dayMs).toISOString();
    const words = { title: `Square no. ${number}`, altText: "A square", tweetId: `${number}`, postedAt: time };
    const keys = { objectKey: thumbnailKey(number), thumbnailKey: thumbnailKey(number) };
    return {
      id: `WALL${`${number}`.padStart(8, "0")}`,
      status: "posted",
      sortKey: time,
      version: 1,
      ...keys,
      ...words,
    };
  };
  await putSquares(
    table,
    "posted",
    Array.from({ length: count }, (_, number) => square(number)),
  );
}

interface Frames {
  /** Milliseconds between two. */
  gaps: number[];
  /** Most squares that were in the document. */
  most: number;
}

/** The frames of three seconds. @param perSecond squares that go by; a flick of a finger goes past about sixty */
const scroll = (page: Page, perSecond: number): Promise<Frames> =>
  page.evaluate(async (speed) => {
    const [first, ...others] = [...document.querySelectorAll(".wall li")].map((one) => one.getBoundingClientRect());
    const columns = 1 + others.filter(({ top }) => top === first?.top).length;
    const height = (first?.height ?? 0) + 30;
    const gaps: number[] = [];
    let most = 0;
    let last = performance.now();
    const end = last + 3_000;
    while (last < end) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      gaps.push(now - last);
      window.scrollBy(0, ((now - last) / 1_000) * (speed / columns) * height);
      last = now;
      most = Math.max(most, document.querySelectorAll(".wall li").length);
    }
    return { gaps: gaps.slice(1), most };
  }, perSecond);

export const wall: Measure = {
  name: "wall",
  title: "(g) The wall of the web app in Chromium without a graphics card, scrolled",
  async run({ quick, tell }): Promise<Result> {
    const squares = quick ? 300 : 10_000;
    await buildWebIfOlder();
    // Its function serves what lies beside its bundle: on a fresh clone, no app yet.
    await buildFunctions();
    const gallery = await openGallery();
    try {
      tell(`${squares} squares are hung …`);
      await hang(gallery.stage.ports, squares);
      const page = await gallery.open("/");
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.locator(".wall li img").first().waitFor();
      const found = {
        still: await scroll(page, 0),
        "60 a second": await scroll(page, 60),
        "400 a second": await scroll(page, 400),
      };
      const rows = Object.entries(found).map(([name, { gaps, most }]) => ({
        name,
        median: quantile(gaps, 0.5),
        late: quantile(gaps, 0.95),
        most,
      }));
      const still = rows[0]?.median ?? Number.NaN;
      return {
        table: {
          columns: ["squares going by", "median frame ms", "95 of 100 within", "most squares in the document"],
          rows: rows.map(({ name, median, late, most }) => [name, rounded(median, 1), rounded(late, 1), most]),
        },
        figures: {
          calmFrameMs: rows[1]?.median ?? Number.NaN,
          calmFrameRatio: (rows[1]?.median ?? Number.NaN) / still,
          mostInDocument: Math.max(...rows.map(({ most }) => most)),
        },
        notes: [`${squares} squares. The sandbox and its functions run on the same cores.`],
      };
    } finally {
      await gallery.close();
    }
  },
  verdicts: ({ measured }, { calmFrameRatio = Number.NaN, mostInDocument = Number.NaN }) => [
    atMost("a frame while 60 squares a second go by, by one while nothing moves", calmFrameRatio, measured.calmFrames),
    atMost("squares of the wall in the document", mostInDocument, measured.squaresInDocument),
  ],
};
