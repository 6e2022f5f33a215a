import { readFile } from "node:fs/promises";
import { crc32, deflateRawSync, deflateSync } from "node:zlib";
import { TaskError } from "@twobytwo/core/errors";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { painting, plain } from "./pictures.ts";

const heic = () => readFile(new URL("fixtures/turned-p3.heic", import.meta.url));

async function refusal(name: string, bytes: Buffer): Promise<string> {
  const failure: unknown = await preparePicture({ name, bytes }, { fit: "crop" }).catch((error: unknown) => error);
  if (!(failure instanceof TaskError)) throw new Error(`${name} was not refused`, { cause: failure });
  expect(failure.name).toBe("MediaInvalid");
  return failure.message;
}

const pngChunk = (type: string, data: Buffer) => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
};

/** A PNG that says it has so many pixels, in a few kilobytes. */
function png(width: number, height: number, ...before: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    ...before,
    pngChunk("IDAT", deflateSync(Buffer.alloc(4096))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The smallest ZIP with one file in it. */
function zip(): Buffer {
  const name = Buffer.from("blue.jpg");
  const data = deflateRawSync(Buffer.from("not a picture"));
  const head = Buffer.alloc(30);
  head.write("PK\x03\x04", 0, "latin1");
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name, data]);
}

/** A TIFF whose first picture is a thumbnail, as raw files of cameras have it. */
async function rawFile(): Promise<Buffer> {
  const tiff = Buffer.alloc(8 + 2 + 12 + 4);
  tiff.write("II*\0", 0, "latin1");
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(254, 10);
  tiff.writeUInt16LE(4, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt32LE(1, 18);
  return tiff;
}

describe("a file that is no picture", () => {
  it.each([
    ["nothing.jpg", Buffer.alloc(0), "empty (0 bytes)"],
    ["zip.jpg", zip(), "a ZIP archive"],
    ["drawing.png", Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'), "an SVG drawing"],
    ["paper.jpg", Buffer.from("%PDF-1.7\n"), "a PDF"],
    ["notes.jpg", Buffer.from("Blau und grün\n"), "text"],
    ["page.jpg", Buffer.from("<!doctype html><title>404</title>"), "a web page"],
    ["old.jpg", Buffer.from("BM\0\0\0\0"), "a BMP"],
    ["layers.jpg", Buffer.from("8BPS\0\x01"), "a Photoshop document"],
    ["clip.heic", Buffer.from("\0\0\0\x14ftypqt  \0\0\0\0qt  "), "a video"],
    ["canon.jpg", Buffer.from("\0\0\0\x18ftypcrx \0\0\0\x01crx isom"), "a camera raw file"],
    ["burst.heic", Buffer.from("\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc"), "an image sequence"],
    ["what.jpg", Buffer.from([1, 2, 3, 0, 254]), "something else (it starts with 01020300fe)"],
  ])("is refused by its bytes, whatever its name: %s", async (name, bytes, what) => {
    const message = await refusal(name, bytes);
    expect(message.startsWith(`${name} is ${what}`), message).toBe(true);
    expect(message).toMatch(/: add a JPEG, PNG, WebP, AVIF, TIFF or HEIC of the picture\.$/);
  });

  it("is refused as a raw file of a camera, of which a thumbnail would be posted", async () => {
    expect(await refusal("DSC_1.tif", await rawFile())).toMatch(/^DSC_1\.tif is a camera raw file/);
  });
});

describe("a picture that cannot be taken", () => {
  it("is refused where it moves", async () => {
    const frames = await Promise.all(["#f00", "#00f"].map((colour) => plain(colour, 64, 64).png().toBuffer()));
    const moving = sharp(frames, { join: { animated: true } });
    for (const format of ["gif", "webp"] as const) {
      const message = await refusal(`moving.${format}`, await moving.clone().toFormat(format).toBuffer());
      expect(message).toMatch(/is an animation of 2 frames: export one frame/);
    }
    const control = Buffer.alloc(8);
    control.writeUInt32BE(2);
    expect(await refusal("moving.png", png(8, 8, pngChunk("acTL", control)))).toMatch(
      /is an animation of 2 frames: export one/,
    );
  });

  it("is refused by its header where it would burst the memory", async () => {
    const bomb = png(40_000, 40_000);
    expect(bomb.length).toBeLessThan(5000);
    expect(await refusal("bomb.png", bomb)).toMatch(/has 40000 × 40000 pixels, more than the 268 million/);
  });

  it("is refused where the file is larger than 100 MB", async () => {
    const huge = Buffer.concat([await painting(1), Buffer.alloc(100 * 1024 * 1024)]);
    expect(await refusal("huge.jpg", huge)).toMatch(/^huge\.jpg is 100\.0 MB, and the limit is 100\.0 MB/);
  });

  it.each(["jpeg", "png", "webp", "tiff", "avif", "gif"] as const)(
    "is refused where half of a %s is missing",
    async (format) => {
      const whole = await sharp(await painting(7, 400))
        .toFormat(format)
        .toBuffer();
      const message = await refusal(`half.${format}`, whole.subarray(0, whole.length / 2));
      expect(message).toMatch(/^half\.\w+ is a damaged \w+, or is incomplete: copy or export it again\.$/);
    },
  );

  it("is refused where half of a HEIC is missing, and after its header as well", async () => {
    const whole = await heic();
    for (const length of [whole.length / 2, whole.length - 100, 40])
      expect(await refusal("half.heic", whole.subarray(0, length))).toMatch(/^half\.heic is a damaged HEIC/);
  });
});
