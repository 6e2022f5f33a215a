import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { type Listed, listSquares } from "@twobytwo/core/squares/list";
import { dayOf, onTheWall } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";
import { describeRhythm, describeStock, since } from "../describe-squares.ts";
import { counted, facts, type Terminal } from "../terminal.ts";

/** Normally there is at most one claim. More than this is a sign of trouble, and the stock counts them all. */
const mostOpen = 25;

function describeClaim(square: Listed, { timeZone }: Terminal): string {
  const time = since(square);
  const run = "claimedBy" in square && square.claimedBy ? `, by run ${square.claimedBy.split(":").at(-1)}` : "";
  return `${square.id} ${square.status}${time === undefined ? "" : ` since ${onTheWall(time, timeZone)}`}${run}`;
}

export const status = defineVerb({
  usage: "",
  options: {},
  operands: { least: 0, most: 0 },
  async run({ deployment }) {
    const ports = await deployment();
    const [plan, claimed, posting] = await Promise.all([
      nextPosts(ports, { count: 1 }),
      listSquares(ports.table, { status: "claimed", limit: mostOpen }),
      listSquares(ports.table, { status: "posting", limit: mostOpen }),
    ]);
    const { stock, rhythm, emptyOn, posts } = plan;
    return {
      stage: ports.name,
      stock,
      rhythm,
      ...(posts[0] && { next: posts[0] }),
      ...(emptyOn !== undefined && { emptyOn }),
      open: [...claimed.squares, ...posting.squares],
    };
  },
  print({ stage, stock, rhythm, next, emptyOn, open }, terminal) {
    const { timeZone } = rhythm;
    const title = next !== undefined && "title" in next.square && next.square.title ? `, “${next.square.title}”` : "";
    return [
      facts(terminal, [
        ["stage", stage],
        ["squares", describeStock(stock)],
        ["posts", describeRhythm(rhythm, stock.queued + stock.dated)],
        [
          "next",
          next &&
            `${next.at === undefined ? "not planned" : `${onTheWall(next.at, timeZone)}, ${timeZone}`}: ${next.square.id}${title}`,
        ],
        ["empty on", emptyOn && dayOf(emptyOn, timeZone)],
        ...open.map((square) => ["in progress", describeClaim(square, terminal)] as const),
      ]),
      ...(stock.review === 0
        ? []
        : [
            "",
            terminal.paint("red", `${counted(stock.review, "square")} held for review: \`2x2 review\` lists them.`),
          ]),
    ].join("\n");
  },
});
