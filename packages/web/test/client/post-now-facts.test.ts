import { expect, it } from "vitest";
import { postNowFacts } from "../../src/client/square/post-now-facts.ts";
import type { Overview, SquareCard } from "../../src/contract.ts";

const stock = { queued: 1, claimed: 0, posting: 0, posted: 0, review: 0, withdrawn: 0, draft: 0, dated: 0 };
const schedule = { expression: "", description: "", timeZone: "UTC", state: "enabled" } as const;
const overview: Overview = { version: "", stock, schedule, undecided: 0 };
const square: SquareCard = {
  id: "a",
  status: "queued",
  title: "Ridge",
  caption: "Ridge",
  altText: "A ridge",
  version: 1,
};

it("adds up what X charges for text, link and alt text", () => {
  expect(postNowFacts(square, overview).cost).toMatch(
    /^X charges \$0\.02: \$0\.015 for the post and \$0\.005 for the alt/,
  );
  const { altText: _, ...bare } = square;
  expect(postNowFacts({ ...bare, caption: "See example.com" }, overview).cost).toMatch(
    /^X charges \$0\.20 .* a link\./,
  );
});

it("names nothing where nothing is missing", () => {
  expect(postNowFacts(square, overview)).toMatchObject({ blocks: [], lacks: [] });
});

it("names what makes a post impossible, and what a person may mend first", () => {
  const { blocks, lacks } = postNowFacts(
    { ...square, caption: "x".repeat(281), altText: "" },
    {
      ...overview,
      unconfirmed: "a copy",
      schedule: { ...schedule, pause: { pausedBy: "workflow", error: "NoCredits" } },
    },
    { state: "no-keys", reason: "" },
  );
  expect(blocks).toHaveLength(3);
  expect(lacks).toEqual([
    "There is no alt text.",
    "X had no credits left at the last try.",
    "Posting has stopped after a failure. This tries one square at once.",
  ]);
});
