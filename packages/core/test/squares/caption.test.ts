import { captionOf } from "@twobytwo/core/squares/caption";
import { requirePostable, weightedLength } from "@twobytwo/core/squares/weighted-length";
import twitterText from "twitter-text";
import { describe, expect, it } from "vitest";

/** X's own package is the judge; ours is its small stand-in for the Lambdas. */
const judged = (text: string) => twitterText.parseTweet(text).weightedLength;

const samples = [
  "Blue no. 12",
  "“Quoted”, with – dashes — and … dots",
  "Äpfel, Ölfarbe, Übung, ß",
  "山と湖",
  "5 € → 6 Ω",
  "🎨 one emoji",
  "👩🏽‍🎨 joined emoji, a flag 🇩🇪 and a keycap 1️⃣",
  "see https://example.com/a/very/long/path?with=query for more",
  "bare domain example.com counts as a link",
  "no link: e.g. this, or 3.14, or file.x",
  "#tag and @name and $TAG",
  "a 1️⃣ and the 5 of May 🎨2",
  "see http://example.com/a/very/long/path?with=query for more",
  "\u0000\u10ff\u1100 \u1fff\u2000\u200d\u200f\u2010\u201f\u2020 \u2031\u2032\u2037\u2038",
  "e\u0301 composed",
  "line\nbreak",
  "x".repeat(300),
];

describe("weightedLength", () => {
  it.each(samples)("counts %j as X does", (text) => {
    expect(weightedLength(text)).toBe(judged(text));
  });

  it("never counts less than X for a single character, one in 29 of all", () => {
    const wrong: string[] = [];
    for (let point = 0x20; point < 0x1_f000; point += 29) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const text = `a${String.fromCodePoint(point)}b`;
      if (weightedLength(text) < judged(text)) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});

describe("captionOf", () => {
  it("is the title where no caption was written, and the caption where one was, even an empty one", () => {
    expect(captionOf({ title: "Blue", caption: undefined })).toBe("Blue");
    expect(captionOf({ title: "Blue", caption: "" })).toBe("");
    expect(captionOf({ title: "Blue", caption: "Blue, no. 12" })).toBe("Blue, no. 12");
  });
});

describe("requirePostable", () => {
  it("takes 280 and refuses 281, saying by how much and what to do", () => {
    expect(() => requirePostable("s1", "x".repeat(280))).not.toThrow();
    expect(() => requirePostable("s1", "x".repeat(281))).toThrow(
      expect.objectContaining({
        name: "Rejected",
        message: expect.stringMatching(/square s1 counts as 281 .* accepts 280: shorten the caption/),
      }),
    );
  });
});
