/** The value below which that part of the values lies, between two neighbours in proportion. @throws RangeError of no values. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) throw new RangeError("no values");
  return low + (high - low) * (at - Math.floor(at));
}

export const rounded = (value: number, places: number) => Math.round(value * 10 ** places) / 10 ** places;

export const median = (values: readonly number[]) => quantile(values, 0.5);

/**
 * Runs the sides one after the other, again and again, so that what else the machine does falls on all of them alike.
 * The first turn, number 0, only warms up.
 * @returns what each side gave in each turn.
 */
export async function alternate<Results extends Record<string, unknown>>(
  turns: number,
  sides: { [Side in keyof Results]: (turn: number) => Promise<Results[Side]> },
): Promise<{ [Side in keyof Results]: Results[Side][] }> {
  const names = Object.keys(sides) as (keyof Results)[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as {
    [Side in keyof Results]: Results[Side][];
  };
  for (let turn = 0; turn <= turns; turn += 1)
    // Every other turn begins with the other side.
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      const result = await sides[name](turn);
      if (turn > 0) results[name].push(result);
    }
  return results;
}
