import type { Planes } from "./planes.ts";

/** In the channels of `Planes`. */
export type Colour = readonly [light: number, warm: number, green: number];

/** How much paper may differ from itself: in lightness (a share, for its shadows, or levels), and in either colour. */
const within = { light: 0.2, levels: 8, colour: 9 } as const;

/** Nothing outside the picture. */
export function colourAt({ width, height, channels }: Planes, x: number, y: number): Colour | undefined {
  const column = Math.floor(x);
  const row = Math.floor(y);
  if (column < 0 || row < 0 || column >= width || row >= height) return undefined;
  const at = row * width + column;
  return [channels[0][at] as number, channels[1][at] as number, channels[2][at] as number];
}

/** Light, and without much colour, under any lamp. */
export const isPale = ([light, warm, green]: Colour) =>
  light > 70 && Math.abs(warm) < 0.22 * light && Math.abs(green) < 0.12 * light;

/** The same paper, perhaps in a shadow. */
export function isLike([light, warm, green]: Colour, paper: Colour): boolean {
  const shade = light / paper[0];
  return (
    Math.abs(light - paper[0]) < Math.max(within.levels, within.light * paper[0]) &&
    Math.abs(warm - shade * paper[1]) < within.colour &&
    Math.abs(green - shade * paper[2]) < within.colour
  );
}
