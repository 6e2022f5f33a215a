import { linksOf, possibleLinksOf } from "@twobytwo/core/squares/links";
import { weightedLength } from "@twobytwo/core/squares/weighted-length";
import fc from "fast-check";
import twitterText from "twitter-text";
import { describe, expect, it } from "vitest";

const urls = (text: string) => linksOf(text.normalize("NFC")).map(({ url }) => url);

describe("linksOf", () => {
  it.each([
    ["作品はexample.comにあります", ["example.com"]],
    ["https://example.com/blueにあります", ["https://example.com/blue"]],
    ["example.com…", ["example.com"]],
    ["(example.com)、次", ["example.com"]],
    ["https://example.com/a_(b)c", ["https://example.com/a_(b)c"]],
    ["Oil on linen.Painted in May", []],
    ["St.Ives, the harbour", []],
    ["artist@example.com", []],
    ["example.com/x and www.example.co.uk.", ["example.com/x", "www.example.co.uk"]],
    ["https://t.co/abc…", ["https://t.co/abc"]],
    [`https://t.co/${"a".repeat(40)}`, [`https://t.co/${"a".repeat(40)}`]],
    [`https://t.co/${"a".repeat(41)}`, []],
    [`${"作".repeat(70)}example.com`, []],
  ])("finds in %j what X makes a link of", (text, expected) => {
    expect(urls(text)).toEqual(expected);
  });

  it("says where each begins", () => {
    const text = "See 2x2.art, and example.com/b";
    for (const { url, start } of linksOf(text)) expect(text.slice(start, start + url.length)).toBe(url);
    expect(linksOf(text)).toHaveLength(2);
  });

  it("is no slower than the square of a long text without an end", () => {
    // A pattern that goes back and forth would need longer than the universe is old for any of these.
    for (const text of [
      "a.".repeat(3000),
      "a".repeat(6000),
      "-a".repeat(3000),
      `https://example.com/${"(a".repeat(3000)}`,
    ])
      expect(urls(text).length).toBeLessThanOrEqual(1);
  });
});

describe("possibleLinksOf", () => {
  it("knows endings that X's package is too old for, and X may know", () => {
    expect(possibleLinksOf("my.kids and example.spa").map(({ url }) => url)).toEqual(["my.kids", "example.spa"]);
    expect(possibleLinksOf("example.com, St.Ives")).toEqual([]);
  });
});

/** What captions are made of, and what has been told apart wrongly before. */
const pieces = [
  ..."example.com|https://example.com/a_(b)|http://t.co/abc123|HTTPS://EXAMPLE.COM|2x2.art|a.b.c.co.uk|münchen.de".split(
    "|",
  ),
  ..."example.한국|пример.рф|xn--e1afmkfd.xn--80akhbyknj4f|artist@example.com|mailto:a@b.com|http://|www.|kids.kids".split(
    "|",
  ),
  ..."/path?x=1&y=2|?x=1|:8080|St.Ives|Oil on linen.Painted in May|e.g.|3.14|file.txt|作品は|にあります|한국|عمل|ไทย".split(
    "|",
  ),
  ..." |  |\n|.|..|,|!|?|、|。|…|(|)|“|”|-|–|—|_|~|@|@name|#tag|$TAG|＠|＃|$|€|²|ﬁ|ß|ü|e\u0301|\u0300".split("|"),
  ..."🎨|👩🏽‍🎨|🇩🇪|1️⃣|#️⃣|❤|❤️|©|™|✂|👨‍👩‍👧‍👦|👍🏿|\u200b|\u200d|\ufe0f|\u202e|\u2066|\ufeff|1|9".split("|"),
];
const caption = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...pieces) },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 3 }) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 2 }) },
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(""));

const judged = (text: string) => twitterText.parseTweet(text).weightedLength;

describe("compared with twitter-text over generated captions", () => {
  it("makes links of the same, and of nothing else", () => {
    fc.assert(
      fc.property(caption, (text) => {
        const normal = text.normalize("NFC");
        expect(urls(text)).toEqual(twitterText.extractUrlsWithIndices(normal).map(({ url }) => url));
      }),
      { numRuns: 500 },
    );
  });

  /**
   * The one difference: an emoji of Unicode 12.1 and later, such as the artist 🧑‍🎨, is one emoji here, of length 2, as docs.x.com
   * says of all emoji. The package is older, and counts its parts.
   */
  it("counts the same, but for emoji younger than the package", () => {
    const emoji = /\p{RGI_Emoji}\uFE0F?/gv;
    fc.assert(
      fc.property(caption, (text) => {
        const younger = (text.normalize("NFC").match(emoji) ?? [])
          .filter((found) => !/^[\d#*]$/.test(found))
          .reduce((sum, found) => sum + judged(found) - 2, 0);
        expect(weightedLength(text) + younger).toBe(judged(text));
      }),
      { numRuns: 500 },
    );
    expect([weightedLength("🧑‍🎨"), judged("🧑‍🎨")]).toEqual([2, 5]);
  });

  it("counts every single character the same", () => {
    const points = Array.from({ length: 0x1_1000 }, (_, point) => point).filter((p) => p < 0xd800 || p > 0xdfff);
    const text = (some: number[]) => some.map((point) => `a${String.fromCodePoint(point)}b`).join(" ");
    const agrees = (some: number[]) => weightedLength(text(some)) === judged(text(some));
    const other: string[] = [];
    // Many in one text, and one by one only where those differ: a call for each takes a minute on a busy machine.
    for (let from = 0; from < points.length; from += 64) {
      const some = points.slice(from, from + 64);
      if (!agrees(some)) other.push(...some.filter((point) => !agrees([point])).map((point) => point.toString(16)));
    }
    expect(other).toEqual([]);
  });
});
