import { colourDistance, hammingDistance, likeWithin, looksLike } from "@twobytwo/core/pictures/distance";
import { describe, expect, it } from "vitest";

const zero = "0000000000000000";
const grey = "808080808080808080808080";

describe("the distance of two pictures", () => {
  it("is in structure the number of bits that differ, wherever they stand", () => {
    expect(hammingDistance(zero, zero)).toBe(0);
    for (const one of ["8000000000000000", "0000100000000000", "0000000001000000", "0000000000000001"])
      expect(hammingDistance(`${one}-${grey}`, `${zero}-ffffff`), one).toBe(1);
    expect(hammingDistance("ffffffffffffffff", zero)).toBe(64);
    expect(hammingDistance("f0f0f0f0f0f0f0f0", "0f0f0f0f0f0f0f0f")).toBe(64);
  });

  it("is in colour the largest difference of any channel of any quarter", () => {
    expect(colourDistance(`${zero}-${grey}`, `${zero}-${grey}`)).toBe(0);
    expect(colourDistance(`${zero}-808080`, `${zero}-848090`)).toBe(16);
    expect(colourDistance(`${zero}-908480`, `${zero}-808080`)).toBe(16);
  });

  it("is none in colour where one of them has none", () => {
    expect(colourDistance(`${zero}-ff00ff`, zero)).toBe(0);
    expect(colourDistance(zero, `${zero}-ff00ff`)).toBe(0);
  });

  it("makes them look-alikes up to 6 bits and 40 levels, both at once", () => {
    expect(likeWithin).toEqual({ bits: 6, colour: 40 });
    const picture = `${zero}-808080`;
    expect(looksLike(picture, "000000000000003f-a88080")).toBe(true);
    expect(looksLike(picture, "000000000000007f-808080")).toBe(false);
    expect(looksLike(picture, `${zero}-a98080`)).toBe(false);
  });
});
