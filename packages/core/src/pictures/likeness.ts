import sharp from "sharp";

/** Upright RGB pixels, 8 bits a colour. */
export interface Rgb {
  width: number;
  height: number;
  data: Buffer;
}

const side = 32;
const bits = 64;
/** Grey levels below which a pattern is noise, as on a canvas of one colour. */
const stillness = 0.5;

/**
 * A fingerprint that stays nearly the same when a picture is encoded again, resized or slightly cropped.
 * `<16 hex digits>-<24 hex digits>`: 64 bits of structure, which say where the lowest frequencies of
 * the grey picture (a DCT) are strong, and the mean red, green and blue of its four quarters. The colours tell apart what
 * has the same structure: the blue square and the red one of a series.
 */
export async function likenessOf(picture: Rgb): Promise<string> {
  const raw = { raw: { width: picture.width, height: picture.height, channels: 3 as const } };
  const [grey, quarters] = await Promise.all([
    sharp(picture.data, raw).resize(side, side, { fit: "fill" }).greyscale().raw().toBuffer(),
    sharp(picture.data, raw).resize(2, 2, { fit: "fill", kernel: "linear" }).raw().toBuffer(),
  ]);
  const lowest = lowestFrequencies(grey);
  const median = [...lowest].sort((one, other) => one - other)[bits / 2] ?? 0;
  let structure = "";
  for (let at = 0; at < bits; at += 4) {
    const digit = [0, 1, 2, 3].reduce((sum, bit) => {
      const isAbove = (lowest[at + bit] ?? 0) > Math.max(median, 0) + stillness;
      return sum * 2 + (isAbove ? 1 : 0);
    }, 0);
    structure += digit.toString(16);
  }
  return `${structure}-${quarters.subarray(0, 12).toString("hex")}`;
}

/** `cosines[k][x]`, shared by both directions of the transform. */
const cosines = Array.from({ length: 11 }, (_, k) =>
  Float64Array.from({ length: side }, (_, x) => Math.cos(((2 * x + 1) * k * Math.PI) / (2 * side))),
);

/** The 64 lowest frequencies but the mean itself, from the corner outwards. */
const zigzag = Array.from({ length: 11 * 11 }, (_, index) => ({ u: index % 11, v: Math.floor(index / 11) }))
  .filter(({ u, v }) => u + v > 0)
  .sort((one, other) => one.u + one.v - (other.u + other.v) || one.u - other.u)
  .slice(0, bits);

function lowestFrequencies(grey: Uint8Array): Float64Array {
  const rows = cosines.map((cosine) =>
    Float64Array.from({ length: side }, (_, y) => {
      let sum = 0;
      for (let x = 0; x < side; x += 1) sum += (cosine[x] ?? 0) * (grey[y * side + x] ?? 0);
      return sum;
    }),
  );
  return Float64Array.from(zigzag, ({ u, v }) => {
    let sum = 0;
    for (let y = 0; y < side; y += 1) sum += (cosines[v]?.[y] ?? 0) * (rows[u]?.[y] ?? 0);
    return (sum * 2) / (side * side);
  });
}
