import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Square } from "@twobytwo/core/squares/square";
import { drawFrom } from "@twobytwo/sandbox/test/random";
import sharp from "sharp";
import { expect, it } from "vitest";
import { run2x2, temporaryDirectory } from "./command.ts";

/** Later than this the addition may go on to its end. */
const mostKills = 3;

it("adds 150 pictures once each, however often kill -9 ends it in between", { timeout: 300_000 }, async () => {
  const place = await temporaryDirectory();
  try {
    await addUnderKills(place.directory, 150);
  } finally {
    await place.remove();
  }
});

async function drawPictures(folder: string, pictures: number): Promise<void> {
  await mkdir(folder);
  // Chequers by chance: none looks like another.
  const draw = drawFrom(300);
  for (let index = 0; index < pictures; index += 1) {
    const grey = Buffer.from(Array.from({ length: 256 }, () => draw.between(0, 255)));
    const file = sharp(grey, { raw: { width: 16, height: 16, channels: 1 } }).resize(64, 64, { kernel: "nearest" });
    await writeFile(path.join(folder, `square-${index}.png`), await file.png().toBuffer());
  }
}

/** Adds pictures to a sandbox of its own by `2x2 add`, which `kill -9` ends three times, and looks at what is there. */
async function addUnderKills(place: string, pictures: number): Promise<void> {
  const folder = path.join(place, "pictures");
  await drawPictures(folder, pictures);
  const draw = drawFrom(5);
  const directory = path.join(place, "sandbox");
  const add = ["add", folder];
  const told = new RegExp(`(\\d+) of ${pictures}(?![\\s\\S]*\\d+ of ${pictures})`);
  let killed = 0;
  for (let done = false; !done; ) {
    // Counted in pictures, not in time: the same moments on a slow machine.
    const last = killed === mostKills ? Number.POSITIVE_INFINITY : Math.ceil(draw.next() * (pictures / 5));
    let before: number | undefined;
    const { code, stderr } = await run2x2(add, {
      directory,
      onTold: (text, child) => {
        const counted = Number(told.exec(text)?.[1] ?? 0);
        before ??= counted;
        if (counted - before >= last) child.kill("SIGKILL");
      },
    });
    if (code === null) killed += 1;
    else expect([code, stderr.includes("Error")]).toEqual([0, false]);
    done = code === 0;
  }
  expect(killed).toBeGreaterThan(2);

  const repaired = await run2x2(["doctor", "--repair", "--older-than", "0m", "--json"], { directory });
  const checks = JSON.parse(repaired.stdout) as { checks: { name: string; state: string }[] };
  const state = (name: string) => checks.checks.find((check) => check.name === name)?.state;
  const again = await run2x2(["doctor", "--json"], { directory });
  checks.checks = (JSON.parse(again.stdout) as typeof checks).checks;
  expect([state("rows"), state("stock"), state("pictures"), state("strays")]).toEqual(["ok", "ok", "ok", "ok"]);

  const squares = JSON.parse((await run2x2(["list", "--all", "--json"], { directory })).stdout) as Square[];
  expect(squares).toHaveLength(pictures);
  expect(new Set(squares.map(({ sha256 }) => sha256)).size).toBe(pictures);
  const { stock } = JSON.parse((await run2x2(["status", "--json"], { directory })).stdout);
  expect(stock).toMatchObject({ queued: pictures });
  const { added, skipped } = JSON.parse((await run2x2([...add, "--json"], { directory })).stdout);
  expect([added.length, skipped.length]).toEqual([0, pictures]);
}
