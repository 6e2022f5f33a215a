import sharp, { type Sharp } from "sharp";

export type Colour = readonly [number, number, number];

const corners = { topLeft: "#ff0000", topRight: "#00c000", bottomLeft: "#0000ff", bottomRight: "#ffffff" } as const;
const corner = 40;

/** Grey, with a red, a green, a blue and a white corner: whatever turns or cuts it shows. */
export function withCorners(width: number, height: number): Sharp {
  const places = [
    [corners.topLeft, 0, 0],
    [corners.topRight, width - corner, 0],
    [corners.bottomLeft, 0, height - corner],
    [corners.bottomRight, width - corner, height - corner],
  ] as const;
  const plain = { width, height, channels: 3 as const, background: "#777777" };
  return sharp({ create: plain }).composite(
    places.map(([background, left, top]) => ({
      input: { create: { ...plain, width: corner, height: corner, background } },
      left,
      top,
    })),
  );
}

/** The colours in the middle of the four corners, in the order of `withCorners`. */
export async function cornersOf(bytes: Buffer): Promise<Colour[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const [right, bottom] = [info.width - 20, info.height - 20];
  return [
    [20, 20],
    [right, 20],
    [20, bottom],
    [right, bottom],
  ].map(([x = 0, y = 0]) => {
    const at = (y * info.width + x) * info.channels;
    return [data[at] ?? -1, data[at + 1] ?? -1, data[at + 2] ?? -1] as const;
  });
}

export const upright: readonly Colour[] = [
  [255, 0, 0],
  [0, 192, 0],
  [0, 0, 255],
  [255, 255, 255],
];

/** The largest difference of any channel. */
export function difference(one: readonly Colour[], other: readonly Colour[]): number {
  return Math.max(
    ...one.flatMap((colour, index) =>
      colour.map((value, channel) => Math.abs(value - (other[index]?.[channel] ?? 999))),
    ),
  );
}

/** The largest difference of any value of two pictures of one size. */
export function furthest(one: Buffer, other: Buffer): number {
  let most = one.length === other.length ? 0 : 999;
  for (const [index, value] of one.entries()) most = Math.max(most, Math.abs(value - (other[index] ?? 999)));
  return most;
}

/** The colour of a picture's middle. */
export async function middleOf(bytes: Buffer): Promise<Colour> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels;
  return [data[at] ?? -1, data[at + 1] ?? -1, data[at + 2] ?? -1];
}

export const plain = (background: string, width = 200, height = 200) =>
  sharp({ create: { width, height, channels: 3, background } });

/** Numbers from 0 up to but not 1, the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A painting of its own for each number: forms and lines of many colours. */
export async function painting(number: number, side = 96): Promise<Buffer> {
  const random = seeded(number * 7919 + 1);
  const colour = () => `rgb(${[0, 0, 0].map(() => Math.floor(random() * 256)).join(",")})`;
  const at = (most: number) => Math.floor(random() * most);
  const forms = Array.from({ length: 14 }, () =>
    random() < 0.5
      ? `<rect x="${at(90)}" y="${at(90)}" width="${8 + at(50)}" height="${8 + at(50)}" fill="${colour()}"/>`
      : `<circle cx="${at(100)}" cy="${at(100)}" r="${4 + at(26)}" fill="${colour()}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${side}" height="${side}"><rect width="100" height="100" fill="${colour()}"/>${forms.join("")}</svg>`;
  return sharp(Buffer.from(svg)).flatten().jpeg({ quality: 85 }).toBuffer();
}
