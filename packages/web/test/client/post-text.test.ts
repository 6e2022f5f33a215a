import { describe, expect, it } from "vitest";
import { measure, postParts } from "../../src/client/square/post-text.ts";

describe("the preview of a post", () => {
  it("shows the caption, or the title where none was written", () => {
    expect(postParts({ title: "Blue no. 12", caption: "Oil on board" })).toEqual([
      { text: "Oil on board", isLink: false },
    ]);
    expect(postParts({ title: "Blue no. 12", caption: "  " })).toEqual([{ text: "Blue no. 12", isLink: false }]);
  });

  it("shows links as X does: without their scheme, and cut", () => {
    expect(postParts({ title: "", caption: "See https://www.example.com/a-very-long-way/to-it and 2x2.art!" })).toEqual(
      [
        { text: "See ", isLink: false },
        { text: "example.com/a-very-long-wa…", isLink: true },
        { text: " and ", isLink: false },
        { text: "2x2.art", isLink: true },
        { text: "!", isLink: false },
      ],
    );
  });

  it("finds the same address twice, each at its place", () => {
    expect(postParts({ title: "", caption: "a.art b a.art" }).map(({ isLink }) => isLink)).toEqual([true, false, true]);
  });

  it("counts as X does, and knows what a link costs", () => {
    expect(measure({ title: "Blue", caption: undefined })).toEqual({
      weight: 4,
      tooLong: false,
      links: [],
      price: 0.015,
    });
    expect(measure({ title: "", caption: "at 2x2.art" })).toMatchObject({ weight: 26, price: 0.2, links: ["2x2.art"] });
    expect(measure({ title: "", caption: "藍".repeat(141) })).toMatchObject({ weight: 282, tooLong: true });
  });
});
