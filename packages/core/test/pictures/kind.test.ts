import { headBytes, kindOf, originals } from "@twobytwo/core/pictures/kind";
import { tiffOf } from "@twobytwo/core/pictures/tiff";
import sharp from "sharp";
import { describe, expect, it } from "vitest";

const bytes = (text: string) => Buffer.from(text, "latin1");
const kind = (text: string) => {
  const found = kindOf(bytes(text));
  return "kind" in found ? found.kind : found.refused;
};
/** A file of the container that HEIC, AVIF and videos share. */
const branded = (major: string, ...compatible: string[]) => {
  const size = String.fromCharCode(16 + compatible.length * 4);
  return `\0\0\0${size}ftyp${major}\0\0\0\0${compatible.join("")}`;
};

describe("a picture", () => {
  it.each([
    ["jpeg", "\xff\xd8\xff\xe0"],
    ["png", "\x89PNG\r\n\x1a\n\0"],
    ["webp", "RIFF\0\0\0\0WEBP"],
    ["gif", "GIF89a"],
    ["tiff", "II*\0\x08\0\0\0"],
    ["tiff", "MM\0*\0\0\0\x08"],
    ["tiff", "II+\0\x08\0\0\0"],
    ["tiff", "MM\0+\0\0\0\x08"],
    ["heic", branded("heic", "mif1", "heic")],
    ["heic", branded("heix")],
    ["heic", branded("mif1", "heic")],
    ["avif", branded("avif", "mif1")],
    ["avif", branded("mif1", "heic", "avif")],
  ])("is a %s by its first bytes: %j", (expected, text) => {
    expect(kind(text)).toBe(expected);
  });

  it.each([
    ["\xff\xd8\xfe", /^text$/],
    ["RIFF\0\0\0\0WAVE", /^something else/],
    ["XXXX\0\0\0\0WEBP", /^something else/],
    [`${branded("mif1")}avif`, /^heic$/],
    [branded("isom", "avif"), /^a video$/],
  ])("is not what only looks like it: %j", (text, expected) => {
    expect(kind(text)).toMatch(expected);
  });

  it("has a name, a content type and an extension for each kind", () => {
    expect(
      Object.entries(originals).map(([name, { extension, contentType, label }]) => [
        name,
        extension,
        contentType,
        label,
      ]),
    ).toEqual([
      ["jpeg", "jpg", "image/jpeg", "JPEG"],
      ["png", "png", "image/png", "PNG"],
      ["webp", "webp", "image/webp", "WebP"],
      ["gif", "gif", "image/gif", "GIF"],
      ["avif", "avif", "image/avif", "AVIF"],
      ["heic", "heic", "image/heic", "HEIC"],
      ["tiff", "tif", "image/tiff", "TIFF"],
    ]);
  });
});

describe("a file that is none", () => {
  it.each([
    ["", "empty (0 bytes)"],
    ["PK\x03\x04", "a ZIP archive (or a document in that format)"],
    ["%PDF-1.7", "a PDF"],
    ["8BPS\0\x01", "a Photoshop document"],
    ["BM\0\0", "a BMP"],
    ["IIRO\x08\0\0\0", "a camera raw file"],
    ["IIRS\x08\0\0\0", "a camera raw file"],
    ["IIU\0\x08\0\0\0", "a camera raw file"],
    ["FUJIFILMCCD-RAW \0", "a camera raw file"],
    [branded("crx ", "isom"), "a camera raw file"],
    ["\xff\x0a\0", "a JPEG XL"],
    ["\0\0\0\x0cJXL \r\n", "a JPEG XL"],
    ["\0\0\0\x0cjP  \r\n", "a JPEG 2000"],
    ["\x1aE\xdf\xa3", "a video"],
    [branded("qt  ", "qt  "), "a video"],
    ["\x1f\x8b\x08", "an archive"],
    ["7z\xbc\xaf'\x1c", "an archive"],
    ["Rar!\x1a", "an archive"],
    [branded("avis", "avif"), "an image sequence, such as an animation"],
    [branded("msf1", "hevc"), "an image sequence, such as an animation"],
    [branded("hevc", "heic"), "an image sequence, such as an animation"],
    [branded("hevx", "heic"), "an image sequence, such as an animation"],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"],
    ["<?xml?>\r\n<SVG>", "an SVG drawing"],
    ["<!DOCTYPE html>", "a web page"],
    ["<html lang='de'>", "a web page"],
    ["<svgx>", "text"],
    ["Blau\tund\v\f\r\ngrün", "text"],
    ["Blau\x08", "something else (it starts with 426c617508)"],
    ["Blau\x0e", "something else (it starts with 426c61750e)"],
    ["<svg>\0", "something else (it starts with 3c7376673e00)"],
    ["<html>\0", "something else (it starts with 3c68746d6c3e00)"],
    ["\x01\x02\x03\x04\x05\x06\x07\x08\x09", "something else (it starts with 0102030405060708)"],
    ["\0\0\0", "something else (it starts with 000000)"],
  ])("is said to be what it is: %j", (text, expected) => {
    expect(kind(text)).toBe(expected);
  });

  it("is told by its head alone, wherever that lies in memory", () => {
    const text = Buffer.concat([bytes("x".repeat(headBytes)), bytes("\0")]);
    expect(kindOf(text)).toEqual({ refused: "text" });
    expect(kindOf(text.subarray(1))).toMatchObject({ refused: expect.stringMatching(/^something else/) });
    expect(kindOf(Buffer.concat([bytes("BM"), bytes("\xff\xd8\xff")]).subarray(2))).toEqual({ kind: "jpeg" });
  });
});

describe("a TIFF", () => {
  /** One directory at its beginning, with these entries of a tag and a value each. */
  function tiff(little: boolean, entries: [tag: number, value: number][], count = entries.length): Buffer {
    const file = Buffer.alloc(8 + 2 + entries.length * 12);
    const u16 = (value: number, at: number) => (little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at));
    const u32 = (value: number, at: number) => (little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at));
    file.write(little ? "II*\0" : "MM\0*", "latin1");
    u32(8, 4);
    u16(count, 8);
    for (const [index, [tag, value]] of entries.entries()) {
      u16(tag, 10 + index * 12);
      u16(4, 10 + index * 12 + 2);
      u32(1, 10 + index * 12 + 4);
      u32(value, 10 + index * 12 + 8);
    }
    return file;
  }
  const raw = { refused: "a camera raw file" };
  const [subfile, dng] = [254, 50706];

  it.each([true, false])(
    "is a raw file of a camera where its first picture is a thumbnail (little-endian %s)",
    (little) => {
      expect(
        kindOf(
          tiff(little, [
            [256, 9],
            [subfile, 1],
          ]),
        ),
      ).toEqual(raw);
      expect(kindOf(tiff(little, [[subfile, 3]]))).toEqual(raw);
      expect(kindOf(tiff(little, [[dng, 0]]))).toEqual(raw);
      expect(
        kindOf(
          tiff(little, [
            [256, 1],
            [subfile, 2],
          ]),
        ),
      ).toEqual({ kind: "tiff" });
      expect(
        kindOf(
          tiff(little, [
            [subfile, 0],
            [257, 1],
          ]),
        ),
      ).toEqual({ kind: "tiff" });
    },
  );

  it("is a raw file of Canon's by its mark", () => {
    expect(kind("II*\0\x10\0\0\0CR\x02\0")).toBe("a camera raw file");
    expect(kind("II*\0\x10\0\0\0XXCR")).toBe("tiff");
  });

  it("is a picture where its directory is not all there, or stands behind the head", () => {
    expect(kind("II*\0\x08\0")).toBe("tiff");
    expect(kind("II*\0\x08\0\0\0")).toBe("tiff");
    expect(kind("II*\0\xff\xff\0\0\0\0")).toBe("tiff");
    expect(kindOf(tiff(true, [[256, 1]], 2))).toEqual({ kind: "tiff" });
    expect(kindOf(tiff(true, [[subfile, 1]], 2))).toEqual(raw);
  });

  it.each([
    [1, "srgb"],
    [3, "p3"],
  ] as const)("of %i channels holds the pixels and the profile that it was made of", async (channels, profile) => {
    const pixels = Uint8Array.from({ length: 2 * 3 * channels }, (_, at) => at * 9);
    const withIcc = await sharp({ create: { width: 1, height: 1, channels: 3, background: "#777" } })
      .withIccProfile(profile)
      .png()
      .toBuffer();
    const { icc = Buffer.alloc(0) } = await sharp(withIcc).metadata();
    for (const padded of [icc, Buffer.concat([icc, Buffer.alloc(1)])]) {
      const file = tiffOf({ width: 2, height: 3, pixels, icc: padded });
      expect(kindOf(file)).toEqual({ kind: "tiff" });
      const found = await sharp(file).metadata();
      expect(found).toMatchObject({ format: "tiff", width: 2, height: 3, channels, hasAlpha: false, depth: "uchar" });
      expect(found.icc?.equals(padded)).toBe(true);
      const space = channels === 1 ? "b-w" : "srgb";
      const stored = await sharp(file, { ignoreIcc: true }).toColourspace(space).raw().toBuffer();
      expect([...stored]).toEqual([...pixels]);
    }
  });
});
