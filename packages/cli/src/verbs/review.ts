import { isBroken, type Listed, listSquares, resolveId } from "@twobytwo/core/list-squares";
import { confirmPosted, requeueSquare, type StatusChange, withdrawSquare } from "@twobytwo/core/status-verbs";
import type { Position } from "@twobytwo/core/table";
import { onTheWall } from "../dates.ts";
import type { Deployment } from "../deployment.ts";
import { harmless } from "../display-width.ts";
import { nameOf } from "../squares-in-words.ts";
import { counted, facts, type Terminal } from "../terminal.ts";
import { type Context, defineVerb, type Input, UsageError } from "../verb.ts";
import { printOutcomes } from "./change-status.ts";

const options = {
  posted: { type: "string", value: "POST", summary: "it was posted: the id of the post, or its address" },
  requeue: { type: "boolean", summary: "it was not posted: put it back into the queue" },
  withdraw: { type: "boolean", summary: "retire it" },
} as const;

type Result = { held: Listed[] } | { decided: StatusChange };

export const review = defineVerb({
  name: "review",
  summary: "list squares that are held for review, or decide on one",
  usage: "[ID --posted POST | --requeue | --withdraw]",
  details: [
    "A square is held where it may be posted and nobody could tell, or where it was refused. Look at the account: the post is",
    "there, or it is not. --posted also takes a square that waits: in the queue, a draft, or withdrawn.",
  ].join("\n"),
  options,
  words: { least: 0, most: 1 },
  async run(context: Context, { options: decision, words: [wanted] }: Input<typeof options>): Promise<Result> {
    const made = Object.values(decision).filter((value) => value !== undefined);
    if (wanted === undefined) {
      if (made.length > 0) throw new UsageError("Say which square: 2x2 review ID …");
      return { held: await held(await context.deployment()) };
    }
    if (made.length !== 1)
      throw new UsageError("Say what became of it: --posted POST, --requeue or --withdraw, one of them.");
    const ports = await context.deployment();
    const id = await resolveId(ports.table, wanted);
    if (decision.posted !== undefined)
      return { decided: await confirmPosted(ports, { id, tweetId: tweetIdOf(decision.posted) }) };
    return { decided: await (decision.requeue ? requeueSquare : withdrawSquare)(ports, { id, held: true }) };
  },
  json: (result: Result) => ("held" in result ? result.held : result.decided),
  print(result: Result, terminal) {
    if ("decided" in result) return printOutcomes([result.decided], terminal);
    const { held: squares } = result;
    if (squares.length === 0) return "No square is held for review.";
    return [
      ...squares.map((square) => heldInWords(square, terminal)),
      `${counted(squares.length, "square")} held for review.`,
    ].join("\n\n");
  },
});

async function held({ table }: Deployment): Promise<Listed[]> {
  const squares: Listed[] = [];
  let after: Position | undefined;
  do {
    const page = await listSquares(table, { status: "review", limit: 100, ...(after && { after }) });
    squares.push(...page.squares);
    after = page.next;
  } while (after !== undefined);
  return squares;
}

/** The digits at the end of a post's address, or the id itself. */
const tweetIdOf = (written: string) => /\/status\/(\d+)/.exec(written)?.[1] ?? written;

function heldInWords(square: Listed, terminal: Terminal): string {
  const { paint, timeZone } = terminal;
  if (isBroken(square))
    return `${paint("bold", square.id)}\n${facts(terminal, [["no square", harmless(square.mistakes)]])}`;
  const { lastError, tweetBody, mediaId, tweetId, claimedBy } = square;
  return [
    `${paint("bold", nameOf(square))}  ${square.id}`,
    facts(terminal, [
      ["held since", onTheWall(square.sortKey, timeZone)],
      ["because", lastError && harmless(`${lastError.name}: ${lastError.message}`)],
      ["run", (lastError?.execution ?? claimedBy)?.split(":").at(-1)],
      ["sent", tweetBody === undefined ? "nothing was about to be sent" : harmless(tweetBody)],
      ["media", mediaId],
      ["post id", tweetId],
    ]),
  ].join("\n");
}
