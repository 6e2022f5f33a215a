import { describe, expect, it } from "vitest";
import { isSampled, type MutantPlace, readSampling } from "./sample.ts";
import { type MutantState, scoreOf } from "./score.ts";

const times = (count: number, state: MutantState) => Array.from({ length: count }, () => state);

describe("the score of a sample", () => {
  it("counts what no test runs in full, and lets the sample stand for the rest", () => {
    const states = [
      ...times(8, "noticed"),
      ...times(2, "survived"),
      ...times(80, "not sampled"),
      ...times(10, "never run"),
    ];
    const { score, margin, mutants, tried } = scoreOf([...states, ...times(5, "invalid")]);
    expect({ mutants, tried }).toEqual({ mutants: 100, tried: 10 });
    expect(score).toBeCloseTo(0.8 * 0.9);
    expect(margin).toBeGreaterThan(0.15);
  });

  it("is exact where all were tried", () => {
    expect(scoreOf([...times(3, "noticed"), "survived"])).toMatchObject({ score: 0.75, margin: 0 });
  });
});

describe("the sample", () => {
  const places = Array.from(
    { length: 2000 },
    (_, line): MutantPlace => ({
      file: "a.ts",
      location: { start: { line, column: 0 }, end: { line, column: 9 } },
      mutatorName: "BooleanLiteral",
      replacement: "false",
    }),
  );
  const sample = (share: number, seed: number) => places.filter((place) => isSampled(place, { share, seed }));

  it("has its share of all, and with all of them everything", () => {
    expect(sample(0.1, 1).length).toBeGreaterThan(150);
    expect(sample(0.1, 1).length).toBeLessThan(250);
    expect(sample(1, 1)).toEqual(places);
  });

  it("is the same for a seed, another for another one, and a smaller one is a part of a larger one", () => {
    expect(sample(0.1, 1)).toEqual(sample(0.1, 1));
    expect(sample(0.1, 2)).not.toEqual(sample(0.1, 1));
    expect(sample(0.2, 1)).toEqual(expect.arrayContaining(sample(0.1, 1)));
  });

  it("refuses a share of nothing, and a seed that is none", () => {
    expect(() => readSampling({ TWOBYTWO_MUTATION_SHARE: "0" })).toThrow(/set it above 0/);
    expect(() => readSampling({ TWOBYTWO_MUTATION_SEED: "x" })).toThrow(/whole number/);
  });
});
