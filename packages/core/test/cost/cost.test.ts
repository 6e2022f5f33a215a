import { costOfMonth, costOfPost, type PostUsage, total } from "@twobytwo/core/cost/cost";
import { prices } from "@twobytwo/core/cost/prices";
import { postPrice } from "@twobytwo/core/squares/words";
import { describe, expect, it } from "vitest";

const usage: PostUsage = {
  transitions: 10,
  readUnits: 8,
  writeUnits: 20,
  objectsRead: 3,
  functions: {
    tweet: { invocations: 1, memoryMb: 1024, milliseconds: 1000 },
    notify: { invocations: 2, memoryMb: 512, milliseconds: 500 },
  },
};

describe("the cost of a post", () => {
  it("is that of its parts, and X's is most of it", () => {
    const cost = costOfPost(usage);
    expect(cost.stepFunctions).toBeCloseTo(0.00025, 8);
    // A gigabyte for a second, and twice half of one for half of one.
    expect(cost.lambda).toBeCloseTo(1.5 * 0.0000133334 + 3 * 0.0000002, 10);
    expect(cost.dynamodb).toBeCloseTo(8 * 0.125e-6 + 20 * 0.625e-6, 10);
    expect(cost.s3).toBeCloseTo(3 * 0.4e-6, 10);
    expect(cost.scheduler).toBe(1e-6);
    expect(cost.x).toBeCloseTo(0.02, 8);
    expect(total(cost)).toBeGreaterThan(cost.x);
    expect(total({ lambda: 1, stepFunctions: 2, dynamodb: 3, s3: 4, scheduler: 5, x: 6 })).toBe(21);
  });

  it("is thirteen times as high with a link", () => {
    expect(costOfPost(usage, { withLink: true, withAltText: false }).x).toBe(0.2);
    expect([prices.postOnX, prices.postWithLinkOnX]).toEqual([postPrice.plain, postPrice.withLink]);
  });

  it("goes into a month by its number, with the pictures that lie in the bucket", () => {
    const one = costOfPost(usage);
    const month = costOfMonth(usage, { posts: 30, withLink: 1, withAltText: 10, storedBytes: 10e9 });
    expect(month.x).toBeCloseTo(29 * 0.015 + 0.2 + 10 * 0.005, 8);
    expect(month.s3).toBeCloseTo(30 * 3 * 0.4e-6 + 0.23, 8);
    expect(month.stepFunctions).toBeCloseTo(0.0075, 8);
    for (const service of ["lambda", "dynamodb", "scheduler"] as const)
      expect(month[service]).toBeCloseTo(30 * one[service], 10);
  });
});
