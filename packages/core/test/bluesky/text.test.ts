import { blueskyLength, blueskyText, graphemes, partsOf, tooLongForBluesky } from "@twobytwo/core/bluesky/text";
import { postIdOf, tidOf } from "@twobytwo/core/bluesky/tid";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const features = (caption: string) =>
  partsOf(caption).flatMap(({ text, feature }) => (feature ? [[text, feature]] : []));

describe("what Bluesky makes of a caption", () => {
  it("makes links, mentions and tags of what are some", () => {
    expect(features("See example.org, @Artist.bsky.social (@me.test) #Öl-Bild! #2 # ##x")).toEqual([
      ["example.org", { link: "https://example.org" }],
      ["@Artist.bsky.social", { mention: "Artist.bsky.social" }],
      ["@me.test", { mention: "me.test" }],
      ["#Öl-Bild", { tag: "Öl-Bild" }],
      ["##x", { tag: "#x" }],
    ]);
  });

  it("makes nothing of an address of mail, a name of X and a number", () => {
    expect(features("artist@example.org @artist #1")).toEqual([]);
  });

  it("shows the beginning of a long link, and leads to the whole of it", () => {
    expect(partsOf("At https://example.org/a/very/long/path?q=1.")).toEqual([
      { text: "At " },
      { text: "example.org/a/very/long/...", feature: { link: "https://example.org/a/very/long/path?q=1" } },
      { text: "." },
    ]);
    expect(blueskyText("http://example.org/")).toBe("example.org");
  });

  it("counts as people do, and a link as it is shown", () => {
    expect(graphemes("👩‍👩‍👧e\u0301🇨🇭")).toBe(3);
    expect(blueskyLength(`https://example.org/${"a".repeat(200)}`)).toBe("example.org/aaaaaaaaaaaa...".length);
    expect(tooLongForBluesky("a".repeat(300))).toBeUndefined();
    expect(tooLongForBluesky("a".repeat(301))).toBe("counts as 301 characters, and Bluesky accepts 300");
    expect(tooLongForBluesky("👩‍👩‍👧‍👦".repeat(130))).toBe("has 3250 bytes, and Bluesky accepts 3000");
  });

  it("loses nothing of a text without links", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.includes("."));
        expect(blueskyText(text)).toBe(text.normalize("NFC"));
      }),
    );
  });
});

describe("the key of a post", () => {
  const snowflake = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);

  it("is a TID, always the same one for one post of X, and later for a later one", () => {
    fc.assert(
      fc.property(snowflake, snowflake, (one, other) => {
        expect(tidOf(one)).toMatch(/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/);
        const [a, b] = [BigInt(one) >> 22n, BigInt(other) >> 22n];
        if (a !== b) expect(tidOf(one) < tidOf(other)).toBe(a < b);
      }),
    );
  });

  it("is another one for each of the posts of a millisecond that differ in their last thousand", () => {
    const ids = Array.from({ length: 1000 }, (_, at) => tidOf(String((1_700_000_000_000n << 22n) + BigInt(at))));
    expect(new Set(ids).size).toBe(1000);
    expect(postIdOf("did:plc:a", "0")).toBe(`at://did:plc:a/app.bsky.feed.post/${tidOf("0")}`);
  });
});
