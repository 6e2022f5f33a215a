import { weightedLength } from "@twobytwo/core/squares/weighted-length";
import { cashtagsIn, checkWords, cleanWords, linksIn } from "@twobytwo/core/squares/words";
import fc from "fast-check";
import twitterText from "twitter-text";
import { describe, expect, it } from "vitest";

describe("linksIn", () => {
  it.each([
    ["See https://example.com/a?b=1 today", ["https://example.com/a?b=1"]],
    ["2x2.art and www.2x2.art/blue", ["2x2.art", "www.2x2.art/blue"]],
    ["painting.final", ["painting.final"]],
    ["Mail me: artist@example.com", []],
    ["Blue no. 12, 3.5 cm, e.g. cobalt", []],
    ["Half a fig, noon.", []],
    ["münchen.de", ["münchen.de"]],
  ])("finds in %j what X makes a link of", (text, links) => {
    expect(linksIn(text)).toEqual(links);
  });

  it("counts as weightedLength does: a link is 23, whatever its length", () => {
    for (const text of ["2x2.art", "https://example.com/a/very/long/way/to/a/picture.html", "a.example.org/x"])
      expect(weightedLength(text), text).toBe(23 * linksIn(text).length);
  });
});

describe("checkWords", () => {
  const check = (words: Parameters<typeof checkWords>[1]) => () => checkWords("fig.jpg", words);

  it("takes 280 characters as X counts them, and names the one too many", () => {
    expect(checkWords("fig.jpg", { title: "T", caption: "x".repeat(280), altText: "x".repeat(1000) })).toEqual([]);
    expect(check({ title: "T", caption: "猫".repeat(141) })).toThrow("The caption of fig.jpg counts as 282 characters");
    expect(check({ title: "x".repeat(283) })).toThrow(
      "The title of fig.jpg counts as 283 characters, and X accepts 280: shorten it by 3.",
    );
    expect(check({ title: "x".repeat(283), caption: "Fig" })).not.toThrow();
  });

  it("takes 1,000 characters of alt text, an emoji as one", () => {
    expect(check({ title: "T", altText: "🎨".repeat(1000) })).not.toThrow();
    expect(check({ title: "T", altText: "x".repeat(1001) })).toThrow(
      /alt text of fig\.jpg has 1001 characters, and X accepts 1000: shorten it by 1/,
    );
  });

  it("refuses by the name that says that trying again cannot help", () => {
    for (const words of [{ title: "x".repeat(281) }, { title: "T", altText: "x".repeat(1001) }])
      expect(check(words)).toThrow(expect.objectContaining({ name: "Rejected" }));
  });

  it("warns of a link in what is posted, and not of one in a title that is not", () => {
    expect(checkWords("fig.jpg", { title: "2x2.art" })).toEqual([
      "The title of fig.jpg has a link (2x2.art): this post costs $0.20 instead of $0.015. Remove the link to avoid that.",
    ]);
    expect(checkWords("fig.jpg", { title: "2x2.art", caption: "Fig" })).toEqual([]);
    expect(checkWords("fig.jpg", { title: "2x2.art and example.com" })[0]).toContain(
      "has a link (2x2.art, example.com)",
    );
  });

  it("refuses a second cashtag, which X does, and takes prices", () => {
    expect(check({ title: "T", caption: "Bull, for $AAPL holders" })).not.toThrow();
    expect(check({ title: "T", caption: "$20 or $30, US$5" })).not.toThrow();
    expect(check({ title: "T", caption: "$AAPL and $TSLA" })).toThrow(
      "The caption of fig.jpg has 2 cashtags ($AAPL, $TSLA), and X accepts one in each post",
    );
  });

  it("warns of a caption that begins with an account", () => {
    expect(checkWords("fig.jpg", { title: "T", caption: " @museum shows this" })[0]).toContain("begins with @museum");
    expect(checkWords("fig.jpg", { title: "T", caption: "Shown at @museum" })).toEqual([]);
  });

  it("says “may” of an ending that is younger than what X has published, and refuses nothing", () => {
    expect(checkWords("fig.jpg", { title: "example.kids" })).toEqual([
      expect.stringMatching(/^X may turn part of .* into a link .*example\.kids/),
    ]);
  });
});

describe("cashtagsIn", () => {
  it("finds what twitter-text finds", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(..."$AAPL|$a.b|$a_bc|$BRK.A|$20|US$5|$|$$A| |, |\n|.|!|(|)|、|é|$toolongtag|x".split("|")),
        ),
        (parts) => {
          const text = parts.join("");
          expect(cashtagsIn(text).map((tag) => tag.slice(1))).toEqual(twitterText.extractCashtags(text));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("cleanWords", () => {
  it.each([
    ["Fig\u0000\u0007 and\tnoon\u200b", "Fig and noon"],
    ["\ufeff  Fig \u2060", "Fig"],
    ["One\r\ntwo\u2028three", "One\ntwo\nthree"],
    ["Ash\u200d and o\u200cak", "Ash and oak"],
    ["👩🏽‍🎨 and می‌خواهم and क्‍ष", "👩🏽‍🎨 and می‌خواهم and क्‍ष"],
    ["❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["e\u0301", "é"],
  ])("makes %j %j", (given, clean) => {
    expect(cleanWords({ title: given, caption: given, altText: given })).toEqual({
      title: clean,
      caption: clean,
      altText: clean,
    });
  });

  it.each([" ", "\u200b", "\u00a0\n\u3000", "\u2800\u3164", "\ufe0f\u200d", "\u202e"])(
    "takes %j for no words at all, and leaves an empty caption, which is a wish",
    (blank) => {
      expect(cleanWords({ title: blank, caption: blank, altText: blank, series: blank })).toEqual({
        title: "Untitled",
      });
      expect(cleanWords({ title: "T", caption: "" })).toEqual({ title: "T", caption: "" });
    },
  );
});
