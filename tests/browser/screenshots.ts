import "@twobytwo/scripts/require-node";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { proofMs } from "@twobytwo/core/access/sessions";
import { buildFunctions } from "@twobytwo/scripts/build";
import { buildWebIfOlder } from "@twobytwo/scripts/build-web";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import sharp, { type Sharp } from "sharp";
import { hangDoubts, hangEight, hangMany, hangMore, stop } from "./exhibition.ts";
import { type Gallery, openGallery, register } from "./gallery.ts";
import { type Places, type View, views } from "./views.ts";

/**
 * `npm run screenshots` makes dist/screenshots/SQUARES/WIDTH/VIEW-THEME.jpg: every view of the web app at three widths, light and dark,
 * with 8, 63 and 526 squares. With `--docs`, it makes the pictures of README and docs instead.
 */
const usage = `npm run screenshots -- [--docs] [--squares 8,63,526] [--widths 390,768,1440] [--themes light,dark] [--views PART,PART]`;

const { values } = parseArgs({
  options: {
    docs: { type: "boolean", default: false },
    squares: { type: "string", default: "8,63,526" },
    widths: { type: "string", default: "390,768,1440" },
    themes: { type: "string", default: "light,dark" },
    views: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}

const folder = path.join(root, "dist", "screenshots");
const images = path.join(root, "docs", "images");
const heights: Record<number, number> = { 390: 844, 768: 1024, 1440: 900 };
const phoneWidth = 640;
type Theme = "light" | "dark";

/** What still moves or loads, as far as it is in sight. */
const unfinished = ".skeleton, .picture[data-state='loading'], [aria-busy='true'], .preview-times li:empty";

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction((selector) => {
    const isSeen = (element: Element) => {
      const { top, bottom, width } = element.getBoundingClientRect();
      return width > 0 && bottom > 0 && top < window.innerHeight;
    };
    return (
      ![...document.querySelectorAll(selector)].some(isSeen) &&
      [...document.images].filter(isSeen).every((image) => image.complete)
    );
  }, unfinished);
  await page.evaluate(() =>
    Promise.allSettled([...document.images].filter(({ complete }) => complete).map((image) => image.decode())),
  );
}

async function sized<Shot>(
  { context }: Gallery,
  page: Page,
  { width, scale = 1 }: { width: number; scale?: number },
  shoot: () => Promise<Shot>,
): Promise<Shot> {
  const height = heights[width] ?? 900;
  await page.setViewportSize({ width, height });
  const devtools = await context.newCDPSession(page);
  const mobile = width < phoneWidth;
  await devtools.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile });
  await devtools.send("Emulation.setLocaleOverride", { locale: "en-GB" });
  await devtools.send("Emulation.setTouchEmulationEnabled", { enabled: mobile });
  try {
    return await shoot();
  } finally {
    await devtools.detach();
  }
}

async function come(gallery: Gallery, page: Page, view: Pick<View, "path" | "ready">, places: Places, theme: Theme) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  // What was chosen on a page before must not be asked about.
  await page.goto("about:blank");
  await page.goto(gallery.origin + view.path(places));
  await view.ready(page);
  await settled(page);
}

/** A view that cannot be come to is said at the end, and does not keep the others away. */
async function shootAll(gallery: Gallery, page: Page, shots: readonly View[], { squares, places }: Shooting) {
  const wanted = values.views.split(",");
  for (const width of values.widths.split(",").map(Number))
    for (const view of shots.filter(({ name }) => wanted.some((part) => name.includes(part))))
      await sized(gallery, page, { width }, async () => {
        const [theme = "light", ...others] = values.themes.split(",") as Theme[];
        // A stranger has no session that could be old.
        if (shots !== doors) await gallery.provenAgo(view.isUnproven ? 2 * proofMs : 0);
        await come(gallery, page, view, places, theme);
        for (const colorScheme of [theme, ...others]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          const png = await page.screenshot();
          const file = path.join(
            folder,
            squares,
            `${width}`,
            `${view.name.replaceAll(/[ ,]+/g, "-")}-${colorScheme}.jpg`,
          );
          await mkdir(path.dirname(file), { recursive: true });
          await sharp(png).jpeg({ quality: 85 }).toFile(file);
        }
        console.log(`${squares} squares, ${width} pixels: ${view.name}`);
      }).catch((error: unknown) => failures.push(`${squares} squares, ${width} pixels, ${view.name}: ${error}`));
}

interface Shooting {
  squares: string;
  places: Places;
}
const failures: string[] = [];

const doors: readonly View[] = [
  ["signing in", "/"],
  ["an invite that is not valid", "/invite#nothing"],
  ["an invite without its end", "/invite"],
].map(([name = "", to = ""]) => ({
  name,
  path: () => to,
  ready: (page) => page.getByRole("heading", { level: 1 }).waitFor(),
}));

async function everyView(gallery: Gallery, page: Page): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const { stage } = gallery;
  const sizes = values.squares.split(",");
  const growing = views.filter(({ grows }) => grows);
  let places = await hangEight(stage);
  if (sizes.includes("8")) await shootAll(gallery, page, growing, { squares: "8", places });
  if (sizes.every((squares) => squares === "8")) return;
  places = await hangDoubts(stage, await hangMore(stage, places));
  if (sizes.includes("63")) await shootAll(gallery, page, views, { squares: "63", places });
  if (sizes.includes("526")) {
    await hangMany(stage);
    await shootAll(gallery, page, growing, { squares: "526", places });
  }
  await stop(stage);
  const stopped = growing.map((view) => ({ ...view, name: `${view.name}, posting has stopped` }));
  await shootAll(gallery, page, stopped.slice(0, 1), { squares: "63", places });
  const stranger = await gallery.tab();
  await gallery.context.clearCookies();
  await shootAll(gallery, stranger, doors, { squares: "63", places });
}

const viewOf = (name: string): View => {
  const view = views.find((one) => one.name === name);
  if (view === undefined) throw new Error(`there is no view “${name}”`);
  return view;
};

async function forDocs(gallery: Gallery, page: Page): Promise<void> {
  const places = await hangMore(gallery.stage, await hangEight(gallery.stage));
  const shot = (name: string, width: number, theme: Theme = "light") =>
    sized(gallery, page, { width, scale: width < phoneWidth ? 2 : 1 }, async () => {
      await come(gallery, page, viewOf(name), places, theme);
      return page.screenshot();
    });
  const save = async (name: string, png: Sharp) => {
    await png.webp({ quality: 80 }).toFile(path.join(images, name));
    console.log(`docs/images/${name}`);
  };
  await save("wall-desktop.webp", sharp(await shot("the wall", 1440)));
  await save("run-desktop.webp", sharp(await shot("one run", 1440)));
  const phones = [await shot("the wall", 390, "dark"), await shot("the queue", 390), await shot("cropping", 390)];
  // Last, because what is typed there is not saved, and every later picture would say so.
  await save("edit-desktop.webp", sharp(await shot("the queue with a square that is edited", 1440)));
  const [width, gap] = [500, 24];
  const height = Math.round((width * 844) / 390);
  const across = phones.length * (width + gap) - gap;
  await save(
    "phone.webp",
    sharp({ create: { width: across, height, channels: 3, background: "#e9e6e1" } }).composite(
      await Promise.all(
        phones.map(async (png, index) => ({
          input: await sharp(png).resize(width, height).toBuffer(),
          left: index * (width + gap),
          top: 0,
        })),
      ),
    ),
  );
}

await buildWebIfOlder();
await buildFunctions();
const gallery = await openGallery();
try {
  // A second device, so that there is one to revoke. An invite is a secret, and in no picture of the docs.
  await register(await gallery.tab(), await gallery.invite(), "Phone");
  const page = await gallery.open();
  await (values.docs ? forDocs : everyView)(gallery, page);
} finally {
  await gallery.close();
}
if (values.docs) {
  await import("./first-run-picture.ts");
  await import("./both-networks-picture.ts");
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
