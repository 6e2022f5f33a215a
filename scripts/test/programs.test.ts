import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { areCompiled, compiledFile } from "@twobytwo/scripts/compiled.mjs";
import { compilePrograms } from "@twobytwo/scripts/programs";
import { root } from "@twobytwo/scripts/root";
import { describe, expect, it, onTestFinished } from "vitest";

const now = Date.parse("2026-05-01T12:00:00Z");
const programs = { "packages/say/main.ts": "2x2" };

async function openProject() {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "twobytwo-programs-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, "packages", "say"), { recursive: true });
  const write = (name: string, text: string) => writeFile(path.join(folder, "packages", "say", name), text);
  await write("main.ts", `const { said } = await import("./said.ts"); console.log(said);`);
  await write("said.ts", `export const said: string = "one";`);
  return {
    folder,
    write,
    compile: (at = now) => compilePrograms({ root: folder, programs, now: at }),
    isCompiled: () => areCompiled(folder),
    run() {
      const file = path.join(folder, "dist", "programs", "2x2.mjs");
      return spawnSync(process.execPath, [file], { encoding: "utf8" }).stdout.trim();
    },
  };
}

describe("compiled programs", () => {
  it("are of the sources that are there, and compiled again where one was changed", async () => {
    const { compile, isCompiled, run, write } = await openProject();
    expect(isCompiled()).toBe(false);
    await compile();
    expect([isCompiled(), run()]).toEqual([true, "one"]);
    await write("said.ts", `export const said: string = "another";`);
    expect(isCompiled()).toBe(false);
    await compile();
    expect([isCompiled(), run()]).toEqual([true, "another"]);
  });

  it("find what lies beside their sources", async () => {
    const { folder, compile, run, write } = await openProject();
    await write("said.ts", `export const said = new URL("beside.txt", import.meta.url).pathname;`);
    await compile();
    expect(run()).toBe(path.join(folder, "packages", "say", "beside.txt"));
  });

  it("keep the parts of a program that may still run for a week", async () => {
    const { folder, compile, write } = await openProject();
    await compile();
    const parts = () => readdir(path.join(folder, "dist", "programs"));
    const before = await parts();
    for (const name of before) await utimes(path.join(folder, "dist", "programs", name), new Date(now), new Date(now));
    await write("said.ts", `export const said: string = "another";`);
    await compile(now + 6 * 24 * 3_600_000);
    expect(await parts()).toEqual(expect.arrayContaining(before));
    await compile(now + 8 * 24 * 3_600_000);
    expect((await parts()).filter((name) => before.includes(name))).toEqual(["2x2.mjs"]);
  });

  it("are what the command runs", () => {
    expect(areCompiled(root)).toBe(true);
    expect(compiledFile(root, "packages/cli/src/main.ts")).toBe(path.join(root, "dist", "programs", "2x2.mjs"));
  });
});
