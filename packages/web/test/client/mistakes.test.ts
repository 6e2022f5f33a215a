import { describe, expect, it } from "vitest";
import { arePostable, mistakesOf } from "../../src/client/square/mistakes.ts";

const words = { title: "", caption: "", altText: "", series: "" };
const long = "x".repeat(281);

describe("the words of a square", () => {
  it("may all be missing", () => {
    expect(arePostable(words)).toBe(true);
    expect(arePostable({ ...words, altText: "A ridge in autumn" })).toBe(true);
  });

  it("are marked where X would refuse them: in the field that is posted", () => {
    expect(mistakesOf({ ...words, title: long })).toEqual({ title: "1 character too many for a post on X." });
    expect(mistakesOf({ ...words, title: long, caption: "Short" })).toEqual({});
    expect(Object.keys(mistakesOf({ ...words, caption: long, title: "Short" }))).toEqual(["caption"]);
    expect(mistakesOf({ ...words, caption: "$ABC and $DEF" }).caption).toContain("$ABC, $DEF");
    expect(mistakesOf({ ...words, altText: "é".repeat(1002) })).toEqual({ altText: "2 characters too many." });
  });
});
