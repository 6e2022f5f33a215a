import { recipeId, recipeOf } from "@twobytwo/core/pictures/recipe";
import { describe, expect, it } from "vitest";

describe("a recipe", () => {
  it("has a side, qualities and a limit where nobody says so", () => {
    expect(recipeOf({ fit: "crop" })).toEqual({
      fit: "crop",
      side: 2048,
      qualities: [92, 88, 84, 80, 76, 72, 68, 64, 60],
      maxBytes: 4 * 1024 * 1024,
    });
  });

  it("takes whole sides from 64 to 4096", () => {
    for (const side of [64, 4096]) expect(recipeOf({ fit: "pad", side }).side).toBe(side);
    for (const side of [63, 4097, 100.5, Number.NaN])
      expect(() => recipeOf({ fit: "pad", side })).toThrow(
        expect.objectContaining({
          name: "Rejected",
          message: `A side of ${side} pixels is not possible: choose a whole number from 64 to 4096.`,
        }),
      );
  });
});

describe("the name of a recipe", () => {
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as [[number, number], [number, number], [number, number], [number, number]];
  const grey = [0.5, 0.5] as [number, number];

  it("stays what it is, since objects in the bucket have it", () => {
    expect(recipeId(recipeOf({ fit: "crop" }))).toBe("0e7bc442");
    expect(recipeId(recipeOf({ fit: "crop", corners, grey }))).toBe("7ed033f0");
  });

  it("is another one wherever the picture would be another one", () => {
    const ids = [
      { fit: "crop" },
      { fit: "pad" },
      { fit: "crop", side: 1024 },
      { fit: "crop", qualities: [90] },
      { fit: "crop", maxBytes: 1000 },
      { fit: "crop", corners },
      { fit: "crop", grey },
      { fit: "crop", corners, grey },
    ].map((options) => recipeId(recipeOf(options as Parameters<typeof recipeOf>[0])));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}$/);
  });
});
