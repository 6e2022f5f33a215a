/** What a canvas holds: RGBA, 8 bits a channel, row by row. */
export interface Raster {
  width: number;
  height: number;
  data: Uint8ClampedArray | Uint8Array;
}

/**
 * The same in levels (0 to 255): lightness, red against blue, and yellow-green against magenta. Sums of the red, green and blue,
 * so that a shadow scales all three alike.
 */
export interface Planes {
  width: number;
  height: number;
  channels: readonly [Float32Array, Float32Array, Float32Array];
}

/** Of a picture made smaller by the mean of what each pixel covers, and never larger. Longest side `most`, in pixels. */
export function planesOf(picture: Raster, most: number): Planes {
  const planes = shrunk(
    picture,
    most,
    [0, 1, 2].map((start) => ({ values: picture.data, start, step: 4 })),
  );
  const [red, green, blue] = planes.channels;
  for (let at = 0; at < red.length; at += 1) {
    const [r, g, b] = [red[at] as number, green[at] as number, blue[at] as number];
    red[at] = 0.3 * r + 0.59 * g + 0.11 * b;
    green[at] = 0.6 * (r - b);
    blue[at] = 0.6 * (g - 0.5 * (r + b));
  }
  return planes;
}

/** The same of planes. */
export function smaller(planes: Planes, most: number): Planes {
  return shrunk(
    planes,
    most,
    planes.channels.map((values) => ({ values, start: 0, step: 1 })),
  );
}

interface Channel {
  values: Float32Array | Uint8ClampedArray | Uint8Array;
  /** Where the first pixel is, and from one to the next. */
  start: number;
  step: number;
}

function shrunk(from: { width: number; height: number }, most: number, channels: readonly Channel[]): Planes {
  const scale = Math.min(1, most / Math.max(from.width, from.height));
  const width = Math.max(1, Math.round(from.width * scale));
  const height = Math.max(1, Math.round(from.height * scale));
  const across = sharesOf(from.width, width);
  const down = sharesOf(from.height, height);
  const all = channels.map((channel) => {
    const sums = new Float32Array(width * height);
    for (let y = 0; y < from.height; y += 1) {
      const row = down.first[y] as number;
      const tall = (down.share[y] as number) * down.scale;
      addRow(channel, y * from.width, from.width, across, sums, row * width, tall);
      if (row + 1 < height && tall < down.scale)
        addRow(channel, y * from.width, from.width, across, sums, (row + 1) * width, down.scale - tall);
    }
    return sums;
  });
  return { width, height, channels: all as unknown as Planes["channels"] };
}

interface Shares {
  /** The new pixel in which an old one begins, and how much of it lies there; the rest lies in the next. */
  first: Uint32Array;
  share: Float32Array;
  /** New pixels for an old one. */
  scale: number;
}

function sharesOf(from: number, to: number): Shares {
  const first = new Uint32Array(from);
  const share = new Float32Array(from).fill(1);
  for (let at = 0; at < from; at += 1) {
    const start = (at * to) / from;
    const end = ((at + 1) * to) / from;
    const pixel = Math.min(Math.floor(start), to - 1);
    first[at] = pixel;
    if (end > pixel + 1 && pixel + 1 < to) share[at] = (pixel + 1 - start) / (end - start);
  }
  return { first, share, scale: to / from };
}

function addRow(
  { values, start, step }: Channel,
  from: number,
  count: number,
  { first, share, scale }: Shares,
  sums: Float32Array,
  to: number,
  tall: number,
): void {
  const weight = tall * scale;
  for (let x = 0, at = start + from * step; x < count; x += 1, at += step) {
    const value = (values[at] as number) * weight;
    const near = share[x] as number;
    const place = to + (first[x] as number);
    sums[place] = (sums[place] as number) + near * value;
    if (near < 1) sums[place + 1] = (sums[place + 1] as number) + (1 - near) * value;
  }
}

/** The mean of the (2 `reach` + 1)² pixels around each; at the edge, of those that are there. */
export function boxBlur(plane: Float32Array, width: number, height: number, reach: number): Float32Array {
  const rows = new Float32Array(plane.length);
  for (let y = 0; y < height; y += 1) slideMean(plane, rows, y * width, 1, width, reach);
  const both = new Float32Array(plane.length);
  for (let x = 0; x < width; x += 1) slideMean(rows, both, x, width, height, reach);
  return both;
}

function slideMean(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
  reach: number,
): void {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < Math.min(reach, length); at += 1, count += 1) sum += from[start + at * step] as number;
  for (let at = 0; at < length; at += 1) {
    if (at + reach < length) {
      sum += from[start + (at + reach) * step] as number;
      count += 1;
    }
    if (at - reach > 0) {
      sum -= from[start + (at - reach - 1) * step] as number;
      count -= 1;
    }
    to[start + at * step] = sum / count;
  }
}
