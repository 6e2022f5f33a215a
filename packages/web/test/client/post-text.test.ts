import { describe, expect, it } from "vitest";
import { hasCaption } from "../../src/client/base/format.ts";
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
    expect(measure({ title: "Blue", caption: undefined })).toMatchObject({
      weight: 4,
      tooLong: false,
      links: [],
      price: 0.015,
    });
    expect(measure({ title: "", caption: "at 2x2.art" })).toMatchObject({ weight: 26, price: 0.2, links: ["2x2.art"] });
    expect(measure({ title: "", caption: "藍".repeat(141) })).toMatchObject({ weight: 282, tooLong: true });
  });
});

describe("a title that is a camera's name for the file", () => {
  it("is not shown in the post, and a caption is", () => {
    expect(postParts({ title: "IMG_4821", caption: "" })).toEqual([]);
    expect(postParts({ title: "IMG_4821", caption: "A ridge" })).toEqual([{ text: "A ridge", isLink: false }]);
    expect(hasCaption({ title: "IMG_4821", caption: " " })).toBe(false);
    expect(hasCaption({ title: "", caption: "" })).toBe(false);
    expect(hasCaption({ title: "IMG_4821", caption: "A ridge" })).toBe(true);
    expect(hasCaption({ title: "A ridge" })).toBe(true);
  });
});

describe("measure", () => {
  it("names what X refuses or shows to few", () => {
    expect(measure({ title: "$AAPL or $TSLA" }).cashtags).toEqual(["$AAPL", "$TSLA"]);
    expect(measure({ title: "@museum shows it" }).firstMention).toBe("@museum");
    expect(measure({ title: "Shown at @museum for $20" })).toMatchObject({ cashtags: [], firstMention: undefined });
  });
});
