import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { isBroken } from "@twobytwo/core/squares/list";
import { wholeNumber } from "../command-line.ts";
import { dayOf, onTheWall } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";
import { dateText, describeRhythm, flags } from "../describe-squares.ts";
import { counted, table } from "../terminal.ts";

export const next = defineVerb({
  usage: "[N]",
  details:
    "The dates follow from the schedule and the pause, in the schedule's time zone. A square with a date of its own is posted\nbefore the queue, at the first slot from that date on. N is 10 unless given.",
  options: {},
  operands: { least: 0, most: 1 },
  async run({ deployment }, { operands: [count = "10"] }) {
    const limit = wholeNumber(count, "N");
    return nextPosts(await deployment(), { count: limit });
  },
  print({ posts, stock, rhythm, emptyOn }, terminal) {
    const { timeZone } = rhythm;
    const sentence = `Posts go out ${describeRhythm(rhythm, stock.queued + stock.dated)}.`;
    if (posts.length === 0) return `The queue is empty. ${sentence}`;
    const columns = [
      {
        heading: "WHEN",
        text: ({ at }: (typeof posts)[number]) => (at === undefined ? "not planned" : onTheWall(at, timeZone)),
      },
      { heading: "ID", text: ({ square }: (typeof posts)[number]) => square.id },
      {
        heading: "TITLE",
        text: ({ square }: (typeof posts)[number]) => (isBroken(square) ? "" : square.title),
        flexible: true as const,
      },
      { heading: "DUE FROM", text: ({ square }: (typeof posts)[number]) => dateText(square, timeZone) },
      {
        heading: "MISSING",
        text: ({ square }: (typeof posts)[number]) => flags(square),
        colour: () => "yellow" as const,
        flexible: true as const,
      },
    ];
    const empty = emptyOn === undefined ? "" : ` Empty on ${dayOf(emptyOn, timeZone)}.`;
    const dated = stock.dated === 0 ? "" : `, ${stock.dated} with a date`;
    return `${table(terminal, columns, posts)}\n\n${counted(stock.queued, "square")} in the queue${dated}.${empty} ${sentence}`;
  },
});
