/** Where red, green, blue and white lie, in CIE 1931 x and y. */
export interface Primaries {
  red: readonly [number, number];
  green: readonly [number, number];
  blue: readonly [number, number];
  white: readonly [number, number];
}

/** How light follows from a value: as in sRGB, or by a power. */
export type Curve = "srgb" | number;

export const d65 = [0.3127, 0.329] as const;

export const adobeRgb: Primaries = { red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06], white: d65 };
/** 563 / 256, Adobe RGB (1998) Color Image Encoding, 4.3.1.2. */
export const adobeGamma = 2.19921875;

type Triple = [number, number, number];
type Matrix = [Triple, Triple, Triple];

const times = (matrix: Matrix, [x, y, z]: Triple): Triple => matrix.map(([a, b, c]) => a * x + b * y + c * z) as Triple;

const product = (one: Matrix, other: Matrix): Matrix => {
  const columns = [0, 1, 2].map((column) => times(one, other.map((row) => row[column]) as Triple));
  return [0, 1, 2].map((row) => columns.map((column) => column[row])) as Matrix;
};

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const scale = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const rows: Matrix = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return rows.map((row) => row.map((value) => value / scale)) as Matrix;
}

const xyz = ([x, y]: readonly [number, number]): Triple => [x / y, 1, (1 - x - y) / y];

/** The white of every profile: ICC.1:2022, 7.2.16. */
const d50: Triple = [0.9642, 1, 0.8249];
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

function adaptation(white: Triple): Matrix {
  const [from, to] = [times(bradford, white), times(bradford, d50)];
  const scale: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return product(inverse(bradford), product(scale, bradford));
}

/**
 * An ICC profile for colours that a file names in another way: three primaries, a white, and one curve.
 *
 * @returns undefined where the primaries are on one line, as a damaged file may say
 */
export function profileOf(primaries: Primaries, curve: Curve): Buffer | undefined {
  const colours = [primaries.red, primaries.green, primaries.blue].map(xyz);
  const columns = [0, 1, 2].map((row) => colours.map((colour) => colour[row])) as Matrix;
  const white = xyz(primaries.white);
  const shares = times(inverse(columns), white);
  const adapted = adaptation(white);
  const [red, green, blue] = colours.map((colour, index) =>
    times(adapted, colour.map((value) => value * (shares[index] as number)) as Triple),
  ) as Matrix;
  if (![red, green, blue].flat().every((value) => Math.abs(value) < 4)) return undefined;
  const text = (value: string) => {
    const body = Buffer.alloc(28 + value.length * 2);
    body.write("mluc", "latin1");
    body.writeUInt32BE(1, 8);
    body.writeUInt32BE(12, 12);
    body.write("enUS", 16, "latin1");
    body.writeUInt32BE(value.length * 2, 20);
    body.writeUInt32BE(28, 24);
    for (const [index, letter] of [...value].entries()) body.writeUInt16BE(letter.charCodeAt(0), 28 + index * 2);
    return body;
  };
  const fixed = (type: string, values: readonly number[]) => {
    const body = Buffer.alloc(8 + values.length * 4);
    body.write(type, "latin1");
    for (const [index, value] of values.entries()) body.writeInt32BE(Math.round(value * 65_536), 8 + index * 4);
    return body;
  };
  const parametric = (() => {
    const values = curve === "srgb" ? [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045] : [curve];
    const body = fixed("para", [0, ...values]);
    body.writeUInt16BE(curve === "srgb" ? 3 : 0, 8);
    body.writeUInt16BE(0, 10);
    return body;
  })();
  return assembled([
    ["desc", text("Colours that the file names")],
    ["cprt", text("CC0")],
    ["wtpt", fixed("XYZ ", d50)],
    ["chad", fixed("sf32", adapted.flat())],
    ["rXYZ", fixed("XYZ ", red)],
    ["gXYZ", fixed("XYZ ", green)],
    ["bXYZ", fixed("XYZ ", blue)],
    ["rTRC", parametric],
    ["gTRC", parametric],
    ["bTRC", parametric],
  ]);
}

function assembled(entries: readonly (readonly [string, Buffer])[]): Buffer {
  const table = Buffer.alloc(4 + entries.length * 12);
  table.writeUInt32BE(entries.length);
  const bodies: Buffer[] = [];
  let at = 128 + table.length;
  for (const [index, [name, body]] of entries.entries()) {
    table.write(name, 4 + index * 12, "latin1");
    table.writeUInt32BE(at, 8 + index * 12);
    table.writeUInt32BE(body.length, 12 + index * 12);
    const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
    bodies.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at);
  header.writeUInt32BE(0x04300000, 8);
  header.write("mntrRGB XYZ ", 12, "latin1");
  header.write("acsp", 36, "latin1");
  for (const [index, value] of d50.entries()) header.writeInt32BE(Math.round(value * 65_536), 68 + index * 4);
  return Buffer.concat([header, table, ...bodies]);
}

/**
 * The colours that a profile is for, as its header names them: `RGB`, `GRAY`, `CMYK` …
 *
 * @returns undefined for what is no profile, or one whose parts do not lie within it
 */
export function profileSpace(icc: Buffer): string | undefined {
  if (icc.length < 132 || icc.toString("latin1", 36, 40) !== "acsp" || icc.readUInt32BE(0) > icc.length)
    return undefined;
  const count = icc.readUInt32BE(128);
  if (count === 0 || 132 + count * 12 > icc.length) return undefined;
  const names = new Set<string>();
  for (let at = 132; at < 132 + count * 12; at += 12) {
    if (icc.readUInt32BE(at + 4) + icc.readUInt32BE(at + 8) > icc.length) return undefined;
    names.add(icc.toString("latin1", at, at + 4));
  }
  const space = icc.toString("latin1", 16, 20).trim();
  const needed = { GRAY: ["kTRC"], RGB: ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"] }[space] ?? ["A2B0"];
  return names.has("A2B0") || needed.every((name) => names.has(name)) ? space : undefined;
}
