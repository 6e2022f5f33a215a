import sharp from "sharp";
import { heicFixture } from "../containers.ts";
import { painting, seeded } from "../pictures.ts";

/** A file that is whole. */
export interface Whole {
  name: string;
  bytes: Buffer;
  /** Its coded pixels have a sum that every decoder looks at. */
  isSummed: boolean;
}

const metadata = { IFD0: { Make: "Studio", Software: "a paint program" } };

/** One file of each kind and way of storing that artists have; the same ones on every machine. */
export async function wholeFiles(): Promise<Whole[]> {
  const source = sharp(await painting(11, 88));
  // A bare JPEG is posted as it is, and one with something behind it is encoded anew: that would differ.
  const described = () => source.clone().withExif(metadata);
  const icc = () => described().withIccProfile("p3");
  const files: [string, Promise<Buffer>, boolean?][] = [
    ["baseline.jpg", icc().jpeg().toBuffer()],
    ["progressive.jpg", described().jpeg({ progressive: true }).toBuffer()],
    ["grey.jpg", described().toColourspace("b-w").jpeg().toBuffer()],
    ["plain.png", icc().png().toBuffer(), true],
    ["interlaced.png", source.clone().png({ progressive: true }).toBuffer(), true],
    ["deep.png", source.clone().toColourspace("rgb16").png().toBuffer(), true],
    ["lossy.webp", icc().webp().toBuffer()],
    ["lossless.webp", source.clone().webp({ lossless: true }).toBuffer()],
    ["plain.gif", source.clone().gif().toBuffer()],
    ["plain.tif", icc().tiff({ compression: "none" }).toBuffer()],
    ["lzw.tif", source.clone().tiff({ compression: "lzw" }).toBuffer()],
    [
      "tiles.tif",
      source.clone().tiff({ compression: "deflate", tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
    ],
    ["plain.avif", icc().avif({ effort: 0 }).toBuffer()],
    ["photo.heic", heicFixture()],
  ];
  return Promise.all(files.map(async ([name, bytes, isSummed = false]) => ({ name, bytes: await bytes, isSummed })));
}

export interface Mutant {
  name: string;
  bytes: Buffer;
  /** What was done, for a person who looks for the reason. */
  done: string;
  /** Nothing but the end is missing, or something stands behind it: what is shown then is the whole picture. */
  isSameOrRefused: boolean;
}

/** The same mutant for the same number; a truncation, a trailer, flipped bits, or spoilt bytes in the header or anywhere. */
export function mutantOf({ name, bytes, isSummed }: Whole, seed: number): Mutant {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const ways: (() => Omit<Mutant, "name">)[] = [
    () => {
      const length = 1 + below(bytes.length - 1);
      return { bytes: bytes.subarray(0, length), done: `cut to ${length} bytes`, isSameOrRefused: true };
    },
    () => {
      const length = 1 + below(5000);
      const trailer = Buffer.from(Array.from({ length }, () => below(256)));
      return { bytes: Buffer.concat([bytes, trailer]), done: `${length} bytes behind it`, isSameOrRefused: true };
    },
    () => {
      const changed = Buffer.from(bytes);
      const at = below(bytes.length);
      // In one byte: so what is odd in metadata does not hide what is wrong with pixels.
      const bits = 1 + below(255);
      changed[at] = (changed[at] as number) ^ bits;
      return { bytes: changed, done: `bits ${bits.toString(2)} flipped at ${at}`, isSameOrRefused: false };
    },
    () => {
      const changed = Buffer.from(bytes);
      const at = 4 + below(Math.min(bytes.length - 12, 900));
      const values = Array.from({ length: 1 + below(4) }, () => [0, 255, 127, below(256)][below(4)] as number);
      Buffer.from(values).copy(changed, at);
      return { bytes: changed, done: `${values.join(" ")} in its header at ${at}`, isSameOrRefused: false };
    },
    () => {
      const from = Math.floor(bytes.length / 2) + below(Math.floor(bytes.length / 3));
      const end = from + 1 + below(200);
      const rest = Buffer.concat([bytes.subarray(0, from), bytes.subarray(end)]);
      return { bytes: rest, done: `without bytes ${from} to ${end}`, isSameOrRefused: isSummed };
    },
  ];
  const way = ways[below(ways.length)] as () => Omit<Mutant, "name">;
  return { name, ...way() };
}
