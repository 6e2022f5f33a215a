import type { Primaries } from "@twobytwo/core/pictures/icc";
import type { Colour } from "./pictures.ts";

const d65 = [0.3127, 0.329] as const;

/** The textbook's way, without a profile: values of some primaries as those of sRGB, all with a white of D65. */
export function bySpecification(
  values: Colour,
  { red, green, blue }: Primaries,
  decode: (value: number) => number,
): Colour {
  const matrixOf = (primaries: (readonly [number, number])[]) => {
    const columns = primaries.map(([x, y]) => [x / y, 1, (1 - x - y) / y]);
    const white = [d65[0] / d65[1], 1, (1 - d65[0] - d65[1]) / d65[1]];
    const shares = solve(columns, white);
    return columns.map((column, index) => column.map((value) => value * (shares[index] ?? 0)));
  };
  const light = values.map((value) => decode(value / 255));
  const from = matrixOf([red, green, blue]);
  const xyz = [0, 1, 2].map((row) =>
    from.reduce((sum, column, index) => sum + (column[row] ?? 0) * (light[index] ?? 0), 0),
  );
  const srgb = matrixOf([
    [0.64, 0.33],
    [0.3, 0.6],
    [0.15, 0.06],
  ]);
  return solve(srgb, xyz).map((value) => {
    const level = Math.min(Math.max(value, 0), 1);
    return Math.round(255 * (level <= 0.0031308 ? 12.92 * level : 1.055 * level ** (1 / 2.4) - 0.055));
  }) as unknown as Colour;
}

/** Cramer's rule for three columns. */
function solve(columns: number[][], goal: number[]): number[] {
  const determinant = ([p = [], q = [], s = []]: number[][]) =>
    (p[0] ?? 0) * ((q[1] ?? 0) * (s[2] ?? 0) - (q[2] ?? 0) * (s[1] ?? 0)) -
    (q[0] ?? 0) * ((p[1] ?? 0) * (s[2] ?? 0) - (p[2] ?? 0) * (s[1] ?? 0)) +
    (s[0] ?? 0) * ((p[1] ?? 0) * (q[2] ?? 0) - (p[2] ?? 0) * (q[1] ?? 0));
  const whole = determinant(columns);
  return [0, 1, 2].map((index) => determinant(columns.map((column, at) => (at === index ? goal : column))) / whole);
}

export const srgbCurve = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
export const power = (exponent: number) => (value: number) => value ** exponent;
