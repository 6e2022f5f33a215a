import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeLeftAlone, type LeftAlone } from "@twobytwo/core/adding/left-alone";
import { picturesAt } from "@twobytwo/core/adding/picture-files";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twobytwo-libraries-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
  }
}
const inFolder = (name: string) => path.relative(folder, name).replaceAll(path.sep, "/");

/** Of a path below the folder: the pictures, and what was left alone. */
async function listed(given = "") {
  const left: LeftAlone[] = [];
  const names: string[] = [];
  for await (const { name } of picturesAt([path.join(folder, given)], {}, (one) => left.push(one)))
    names.push(inFolder(name));
  return { names, left: Object.fromEntries(left.map(({ path: file, why }) => [inFolder(file), why])) };
}

const photos = "a library of Photos; export the pictures you want from it";
const kept = "kept by the system or another program";

describe("folders that are left alone", () => {
  it.each([
    ["Photos Library.photoslibrary", photos],
    ["PHOTOS.PhotosLibrary", photos],
    ["Old.migratedphotolibrary", "a library of iPhoto; export the pictures you want from it"],
    ["iPhoto Library", "a library of iPhoto; export the pictures you want from it"],
    ["Aperture.aplibrary", "a library of Aperture; export the pictures you want from it"],
    ["Catalog Previews.lrdata", "a library of Lightroom; export the pictures you want from it"],
    ["Catalog.lrcat-data", "a library of Lightroom; export the pictures you want from it"],
    ["Studio.cocatalog", "a library of Capture One; export the pictures you want from it"],
    ["Films.theater", "a library of iMovie; export the pictures you want from it"],
    ["References.library", "a library of another program; export the pictures you want from it"],
    ["New.somelibrary", "a library of another program; export the pictures you want from it"],
    ["Letter.pages", "a document or a program; export the pictures you want from it"],
    ["Notes.dtpb", "a document or a program; export the pictures you want from it"],
    ["@eaDir", kept],
    ["#recycle", kept],
    ["$RECYCLE.BIN", kept],
    ["System Volume Information", kept],
    ["lost+found", kept],
    ["CaptureOne", kept],
    ["__MACOSX", kept],
    ["node_modules", kept],
    [".Trash-1000", "hidden"],
    [".thumbnails", "hidden"],
    [".dtrash", "hidden"],
  ])("names %s and looks into nothing of it", async (name, why) => {
    await put("a.jpg", `${name}/originals/private.jpg`, `deep/${name}/private.jpg`);
    const found = { names: ["a.jpg"], left: { [name]: why, [`deep/${name}`]: why } };
    expect(await listed()).toEqual(found);
    // A glob never means what is hidden, and has no word for it.
    const seen = why === "hidden" ? { ...found, left: {} } : found;
    expect(await listed("**/*.jpg")).toEqual(seen);
  });

  it("looks into folders whose names only remind of them", async () => {
    const names = ["library/a.jpg", "Photos Library/a.jpg", "#12/a.jpg", "@home/a.jpg", "my.pictures/a.jpg"];
    await put(...names);
    const found = await listed();
    expect([found.names.sort(), found.left]).toEqual([names.sort(), {}]);
  });

  it("leaves folders alone whose files say that they are nobody's pictures", async () => {
    await put("a.jpg", "app/.nomedia", "app/b.jpg", "cache/CACHEDIR.TAG", "cache/c.jpg");
    const found = { app: "its .nomedia keeps it out of galleries", cache: "the cache of a program" };
    expect(await listed()).toEqual({ names: ["a.jpg"], left: found });
    expect(await listed("**/*.jpg")).toEqual({ names: ["a.jpg"], left: found });
    expect(await listed("app")).toEqual({ names: ["app/b.jpg"], left: {} });
    expect(await listed("app/*")).toEqual({ names: ["app/b.jpg"], left: {} });
  });

  it("takes what was named, be it hidden or in a trash, with a glob and without", async () => {
    await put(".work/a.jpg", "lost+found/b.jpg");
    for (const given of [".work", ".work/*.jpg"])
      expect(await listed(given)).toEqual({ names: [".work/a.jpg"], left: {} });
    for (const given of ["lost+found", "lost+found/*", "*/../lost+found/*"])
      expect((await listed(given)).names).toEqual(["lost+found/b.jpg"]);
  });

  it("refuses a library that was named, also a part of it and a link to it, with the way out", async () => {
    await put("My.photoslibrary/originals/a.jpg", "b.jpg");
    const library = path.join(folder, "My.photoslibrary");
    await expect(listed("My.photoslibrary")).rejects.toMatchObject({
      name: "Rejected",
      message: `${library} is a library of Photos: export the pictures you want from it, and add those.`,
    });
    await expect(listed("My.photoslibrary/originals")).rejects.toThrow(
      `${path.join(library, "originals")} belongs to ${library}, a library of Photos: export`,
    );
    await expect(listed("*.photoslibrary/**/*.jpg")).rejects.toThrow(`Left alone: ${library} (${photos}).`);
    await expect(listed("My.photoslibrary/*/*.jpg")).rejects.toThrow(`Left alone: ${library} (${photos}).`);
    // One picture of it that is named is meant.
    expect((await listed("My.photoslibrary/originals/a.jpg")).names).toEqual(["My.photoslibrary/originals/a.jpg"]);
  });

  it.skipIf(process.platform === "win32")("does not follow a link into a library", async () => {
    await put("My.photoslibrary/originals/a.jpg", "pictures/b.jpg");
    await symlink(path.join(folder, "My.photoslibrary/originals"), path.join(folder, "pictures/all"));
    expect(await listed("pictures")).toEqual({ names: ["pictures/b.jpg"], left: { "pictures/all": photos } });
    await expect(listed("pictures/all")).rejects.toThrow("a library of Photos: export the pictures");
  });

  it("says what was left alone where there is nothing else", async () => {
    await put("My.photoslibrary/a.jpg");
    await expect(listed()).rejects.toThrow(
      `There is no picture at ${folder}: check the path, or put pictures there. Left alone: ${path.join(folder, "My.photoslibrary")} (${photos}).`,
    );
  });
});

describe("describeLeftAlone", () => {
  it("has one sentence for each reason, and names the first five", () => {
    const hidden = Array.from({ length: 7 }, (_, index) => ({ path: `.${index}`, why: "hidden" }));
    expect(describeLeftAlone([...hidden, { path: "a.photoslibrary", why: photos }])).toEqual([
      "Left alone: .0, .1, .2, .3, .4 and 2 more (hidden).",
      `Left alone: a.photoslibrary (${photos}).`,
    ]);
    expect(describeLeftAlone([])).toEqual([]);
  });
});
