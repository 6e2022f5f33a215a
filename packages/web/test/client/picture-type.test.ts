import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { headLength, typeOfPicture } from "../../src/client/add/picture-type.ts";

const head = (bytes: Uint8Array) => typeOfPicture(bytes.subarray(0, headLength));
const drawn = sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } });

describe("the type of a file", () => {
  it.each(["jpeg", "png", "webp", "avif", "tiff"] as const)("is told by the bytes of a %s", async (format) => {
    expect(head(await drawn.clone().toFormat(format).toBuffer())).toBe(`image/${format}`);
  });

  it("is HEIC where a phone says so, under each of its brands", () => {
    const brand = (name: string) =>
      Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${name}`), Buffer.alloc(16)]);
    expect(head(brand("heic"))).toBe("image/heic");
    expect(head(brand("mif1"))).toBe("image/heif");
    expect(head(brand("mp42"))).toBeUndefined();
  });

  it("is none of a picture for SVG, HTML and emptiness, whatever their name is", async () => {
    expect(head(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"))).toBeUndefined();
    expect(head(Buffer.from("<!doctype html><title>square.png</title>"))).toBeUndefined();
    expect(head(new Uint8Array())).toBeUndefined();
    expect(head(await readFile(path.join(root, "samples", "README.md")))).toBeUndefined();
  });
});
