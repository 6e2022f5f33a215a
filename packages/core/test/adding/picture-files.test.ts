import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compareNaturally, type PictureFile, picturesAt, titleOf } from "@twobytwo/core/adding/picture-files";
import { picturesOfCsv } from "@twobytwo/core/adding/picture-table";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twobytwo-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
async function put(name: string, bytes: Buffer | string = jpeg): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}
const at = (name = "") => path.join(folder, name);
async function all(files: AsyncIterable<PictureFile>): Promise<PictureFile[]> {
  const found: PictureFile[] = [];
  for await (const file of files) found.push(file);
  return found;
}
async function names(files: AsyncIterable<PictureFile>): Promise<string[]> {
  return (await all(files)).map(({ name }) => path.relative(folder, name).replaceAll(path.sep, "/"));
}
/** Where links may not be made, as on Windows without developer mode, there are none to go astray. */
const link = (target: string, name: string, type: "dir" | "file") =>
  symlink(target, at(name), type).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPERM") throw error;
      return false;
    },
  );

describe("picturesAt", () => {
  it("takes a folder with all in it as people order it, without hidden files and what is no picture", async () => {
    const expected = [
      "blue 2.jpg",
      "blue 10.jpg",
      "Blau.jpg",
      "Ärger.jpg",
      "scan",
      "vector.svg",
      "sub 2/a.jpg",
      "sub 10/a.jpg",
    ];
    for (const name of [...expected, ".hidden.jpg", "._blue.jpg", ".git/a.jpg", "__MACOSX/a.jpg"]) await put(name);
    for (const name of ["notes.txt", "Thumbs.db", "list.csv"]) await put(name, "no picture");
    const found = await names(picturesAt([folder]));
    expect([...found].sort()).toEqual([...expected].sort());
    expect(found.indexOf("blue 2.jpg")).toBeLessThan(found.indexOf("blue 10.jpg"));
    expect(found.slice(-2)).toEqual(["sub 2/a.jpg", "sub 10/a.jpg"]);
  });

  it("takes a named file whatever it is called, and reads it only when asked", async () => {
    const file = await put("notes.txt", "text");
    const [picture] = await all(picturesAt([file]));
    expect(picture).toMatchObject({ name: file, size: 4, words: { title: "notes" } });
    await writeFile(file, "later");
    expect((await picture?.read())?.toString()).toBe("later");
  });

  it("expands globs by itself", async () => {
    for (const name of ["a2.jpg", "a10.jpg", "b.jpg", "deep/er/c.jpg", ".a.jpg", "a1.txt"])
      await put(name, name.endsWith("txt") ? "no" : jpeg);
    expect(await names(picturesAt([at("a*")]))).toEqual(["a2.jpg", "a10.jpg"]);
    expect(await names(picturesAt([at("**/*.jpg")]))).toEqual(["a2.jpg", "a10.jpg", "b.jpg", "deep/er/c.jpg"]);
  });

  it("takes a file whose name looks like a glob as the file it is", async () => {
    await put("blue [1].jpg");
    await put("blue 1.jpg");
    expect(await names(picturesAt([at("blue [1].jpg")]))).toEqual(["blue [1].jpg"]);
  });

  it("lists nothing twice, in the order of the paths", async () => {
    for (const name of ["a.jpg", "b.jpg", "c.jpg"]) await put(name);
    expect(await names(picturesAt([at("c.jpg"), folder, at("*.jpg"), at("a.jpg")]))).toEqual([
      "c.jpg",
      "a.jpg",
      "b.jpg",
    ]);
  });

  it("keeps names apart that differ in case alone, where the disk does", async () => {
    await put("a.jpg", "\xff\xd8\xff1");
    await put("A.JPG", "\xff\xd8\xff2");
    const found = await names(picturesAt([folder]));
    expect(new Set(found).size).toBe(found.length);
    expect(found.map((name) => name.toLowerCase())).toEqual(found.map(() => "a.jpg"));
  });

  it("does not walk in circles", async () => {
    await put("sub/a.jpg");
    const isLinked = await link(folder, "sub/up", "dir");
    await link(at("sub/a.jpg"), "linked.jpg", "file");
    expect(await names(picturesAt([folder]))).toEqual(isLinked ? ["linked.jpg"] : ["sub/a.jpg"]);
  });

  it("finds names with spaces, umlauts and ../", async () => {
    await put("im Grünen/a b ü.jpg");
    const found = await all(picturesAt([`${at("im Grünen")}${path.sep}..${path.sep}im Grünen${path.sep}a b ü.jpg`]));
    expect(found.map(({ words }) => words.title)).toEqual(["a b ü"]);
  });

  it("says which path means nothing", async () => {
    await put("notes.txt", "text");
    await expect(all(picturesAt([at("gone.jpg")]))).rejects.toThrow(
      `${at("gone.jpg")} does not exist: check the path.`,
    );
    await expect(all(picturesAt([at("*.jpg")]))).rejects.toMatchObject({ name: "Rejected" });
    await expect(all(picturesAt([folder]))).rejects.toThrow(`There is no picture at ${folder}`);
  });

  it("gives all of them the same words where they are given", async () => {
    await put("a.jpg");
    const [picture] = await all(picturesAt([folder], { series: "Blues", title: "Blue" }));
    expect(picture?.words).toEqual({ title: "Blue", series: "Blues" });
  });
});

/** What reading each picture says, by its name within the folder. */
async function readings(files: AsyncIterable<PictureFile>): Promise<Record<string, string>> {
  const said = (await all(files)).map(async ({ name, read }) => [
    path.relative(folder, name),
    await read().then(
      () => "read",
      (error: Error) => error.message.replace(`${folder}${path.sep}`, ""),
    ),
  ]);
  return Object.fromEntries(await Promise.all(said));
}

const listProcess = fileURLToPath(new URL("list-pictures-process.ts", import.meta.url));

describe.skipIf(process.platform === "win32")("what cannot be read", () => {
  it("says of links that lead nowhere or in circles why, and takes the others", async () => {
    await put("a.jpg");
    await link(at("gone.jpg"), "broken.jpg", "file");
    await link(at("drive"), "drive-that-is-off", "dir");
    await link(at("round"), "round", "file");
    await link(at("gone"), ".hidden", "file");
    const expected = {
      "a.jpg": "read",
      "broken.jpg": "broken.jpg is a link that leads nowhere: fix it, or delete it.",
      "drive-that-is-off": "drive-that-is-off is a link that leads nowhere: fix it, or delete it.",
      round: "round is a link that leads back to itself: fix it, or delete it.",
    };
    expect(await readings(picturesAt([folder]))).toEqual(expected);
    expect(await readings(picturesAt([at("*")]))).toEqual(expected);
    expect(await readings(picturesAt([at("broken.jpg"), at("a.jpg")]))).toMatchObject({ "a.jpg": "read" });
  });

  it("never opens a pipe, wherever it is met", async () => {
    await put("a.jpg");
    execFileSync("mkfifo", [at("pipe.jpg"), at("pipe")]);
    const why = "pipe.jpg is a pipe, a socket or a device: name a file.";
    expect(await readings(picturesAt([folder]))).toEqual({ "a.jpg": "read", "pipe.jpg": why });
    expect(await readings(picturesAt([at("*.jpg")]))).toEqual({ "a.jpg": "read", "pipe.jpg": why });
    expect(await readings(picturesAt([at("pipe.jpg")]))).toEqual({ "pipe.jpg": why });
    const csv = await put("list.csv", "file\na.jpg\npipe.jpg\n");
    expect((await all(picturesOfCsv(csv))).length).toBe(2);
    await expect((await all(picturesOfCsv(csv)))[1]?.read()).rejects.toThrow(why);
    await expect(all(picturesOfCsv(at("pipe")))).rejects.toThrow("is a pipe, a socket or a device");
    await expect(all(picturesOfCsv(folder))).rejects.toThrow("is a folder: name a file.");
  });

  // The disks of macOS have no such names.
  it.skipIf(process.platform === "darwin")("says of a name that is not UTF-8 to rename it", async () => {
    await put("a.jpg");
    await writeFile(Buffer.concat([Buffer.from(at("b")), Buffer.from([0xfc]), Buffer.from(".jpg")]), jpeg);
    expect(await readings(picturesAt([folder]))).toEqual({
      "a.jpg": "read",
      "b\ufffd.jpg": "b\ufffd.jpg has a name that is not UTF-8: rename it.",
    });
  });

  it("says of a path that is too long to shorten it, and takes the others", async () => {
    await put("a.jpg");
    const long = at("x".repeat(300));
    const [refused, picture] = await all(picturesAt([long, folder]));
    await expect(refused?.read()).rejects.toMatchObject({
      name: "MediaMissing",
      message: `${long} cannot be read (ENAMETOOLONG): its path is too long, move it higher up.`,
    });
    expect(picture?.name).toBe(at("a.jpg"));
  });

  it("says of folders and files without the right to read them why, and takes the others", async () => {
    for (const name of ["a.jpg", "closed/b.jpg", "listed/c.jpg", "scan"]) await put(name);
    await chmod(folder, 0o755);
    await chmod(at("closed"), 0);
    await chmod(at("listed"), 0o744);
    await chmod(at("scan"), 0);
    const why = (name: string) =>
      `${name} cannot be read (EACCES): change its permissions, or those of the folders above it.`;
    const refused = (...names: string[]) => Object.fromEntries(names.map((name) => [at(name), why(at(name))]));
    const list = (...paths: string[]) => JSON.parse(execFileSync(process.execPath, [listProcess, ...paths]).toString());
    expect(list(folder)).toEqual({ [at("a.jpg")]: "read", ...refused("scan", "closed", "listed/c.jpg") });
    expect(list(at("**/*"))).toEqual({ [at("a.jpg")]: "read", ...refused("scan", "closed", "listed/c.jpg") });
    expect(list(at("closed"), at("closed/b.jpg"), at("a.jpg"))).toEqual({
      [at("a.jpg")]: "read",
      ...refused("closed", "closed/b.jpg"),
    });
    await chmod(at("closed"), 0o755);
  });
});

describe("picturesOfCsv", () => {
  it("finds files beside the CSV, with words, in its order", async () => {
    await put("sub/b.jpg");
    await put("a-1.jpg");
    const csv = await put(
      "list.csv",
      'file,title,caption,alt text,series\nsub/b.jpg,B,"Said, so",A thing.,Things\na-1.jpg,,,,\n',
    );
    const found = await all(picturesOfCsv(csv, { series: "All" }));
    expect(found.map(({ name, size, words }) => ({ name, size, words }))).toEqual([
      { name: "sub/b.jpg", size: 4, words: { title: "B", caption: "Said, so", altText: "A thing.", series: "Things" } },
      { name: "a-1.jpg", size: 4, words: { title: "a 1", series: "All" } },
    ]);
    expect((await found[0]?.read())?.equals(jpeg)).toBe(true);
  });

  it("leaves a file that is missing to whoever reads it, and the rows after it as they are", async () => {
    await put("b.jpg");
    const csv = await put("list.csv", "file\ngone.jpg\nb.jpg\n");
    const [gone, present] = await all(picturesOfCsv(csv));
    await expect(gone?.read()).rejects.toMatchObject({ code: "ENOENT" });
    expect(present).toMatchObject({ name: "b.jpg", size: 4 });
  });

  it("says what is wrong with the list itself", async () => {
    const large = await put("large.csv", "");
    await truncate(large, 32 * 1024 * 1024 + 1);
    await expect(all(picturesOfCsv(large))).rejects.toThrow("has more than 32 MB: make several tables of it.");
    await expect(all(picturesOfCsv(at("no.csv")))).rejects.toThrow("does not exist: check the path.");
    const empty = await put("list.csv", "file,title\n,Blue\n");
    await expect(all(picturesOfCsv(empty))).rejects.toThrow("has no file on line 2");
  });
});

describe("titleOf", () => {
  it.each([
    ["blue-no-12.jpg", "blue no 12"],
    ["IMG_1234.JPG", "IMG_1234"],
    ["DSC01234.jpg", "DSC01234"],
    ["_MG_0042.jpg", "_MG_0042"],
    ["PXL_20260503_101112.jpg", "PXL_20260503_101112"],
    ["sunset__over--hill.png", "sunset over hill"],
    ["2026-05-03 noon.jpg", "2026-05-03 noon"],
    [`${path.sep}a${path.sep}..${path.sep}Fig.jpg`, "Fig"],
    ["Gru\u0308n.jpg", "Gr\u00fcn"],
    ["---.jpg", "Untitled"],
  ])("makes of %s the title %s", (file, title) => {
    expect(titleOf(file)).toBe(title);
  });

  it("sorts naturally and always the same way", () => {
    const sorted = ["a1.jpg", "A2.jpg", "a10.jpg", "b/1.jpg"];
    expect([...sorted].reverse().sort(compareNaturally)).toEqual(sorted);
  });
});
