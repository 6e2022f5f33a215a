import { confirmPosted, requeueSquare, type StatusChange, withdrawSquare } from "@twobytwo/core/curating/change-status";
import { type Candidates, candidates } from "@twobytwo/core/posting/candidates";
import { isBroken, type Listed, listSquares, requireSquare } from "@twobytwo/core/squares/list";
import type { Position } from "@twobytwo/core/squares/table";
import { lookPrice } from "@twobytwo/core/squares/words";
import { visible, withVisibleText } from "@twobytwo/sandbox/terminal-text";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { Deployment } from "../deployment.ts";
import { choosable, describeCandidates, describeInReview, wasSent } from "../describe-review.ts";
import { idOf } from "../square-id.ts";
import { counted, facts, type Terminal } from "../terminal.ts";
import { xOf } from "../x-of.ts";
import { printOutcomes } from "./change-status.ts";

const options = {
  posted: { type: "string", value: "POST", summary: "it was posted: the id of the post, or its address" },
  requeue: { type: "boolean", summary: "it was not posted: put it back in the queue" },
  withdraw: { type: "boolean", summary: "retire it" },
} as const;

type Result =
  | { inReview: Listed[] }
  | { looked: Candidates }
  | { decided: StatusChange }
  /** The person has seen it all, and decided nothing. */
  | { left: string };

export const review = defineVerb({
  usage: "[ID [--posted POST | --requeue | --withdraw]]",
  details: [
    "A square is held if X refused it, or if it may have been posted and nobody knows. With only an ID, it shows what is",
    "known and the account's posts since it was sent, likeliest first. In a terminal, one key decides: a number says",
    "which post it is, q says that it was not posted, w retires it, Enter leaves it as it is.",
    `For reading the posts, X charges ${lookPrice}.`,
    "--posted also accepts a square that is in the queue, a draft, or withdrawn.",
  ].join("\n"),
  options,
  operands: { least: 0, most: 1 },
  async run(context: Context, { options: decision, operands: [wanted] }: Input<typeof options>): Promise<Result> {
    const made = Object.values(decision).filter((value) => value !== undefined);
    if (wanted === undefined) {
      if (made.length > 0) throw new UsageError("Name the square: 2x2 review ID …");
      return { inReview: await squaresInReview(await context.deployment()) };
    }
    if (made.length > 1) throw new UsageError("Choose one of --posted POST, --requeue and --withdraw.");
    const ports = await context.deployment();
    const id = await idOf(ports, wanted);
    if (decision.posted !== undefined)
      return { decided: await confirmPosted(ports, { id, tweetId: tweetIdOf(decision.posted) }) };
    if (decision.requeue) return { decided: await requeueSquare(ports, { id, onlyInReview: true }) };
    if (decision.withdraw) return { decided: await withdrawSquare(ports, { id, onlyInReview: true }) };
    const looked = await look(context, ports, id);
    return (await decideByKey(context, ports, looked)) ?? { looked };
  },
  json(result: Result) {
    if ("inReview" in result) return result.inReview;
    if ("looked" in result) return result.looked;
    return "decided" in result ? result.decided : result;
  },
  print(result: Result, terminal) {
    if ("decided" in result) return printOutcomes([result.decided], terminal);
    if ("left" in result) return `  ${result.left} is still held for review`;
    if ("looked" in result) return [describeLooked(result.looked, terminal), waysOut(result.looked)].join("\n\n");
    const { inReview: squares } = result;
    if (squares.length === 0) return "No square is held for review.";
    return [
      ...squares.map((square) => describeListed(square, terminal)),
      `${counted(squares.length, "square")} held for review. \`2x2 review ID\` shows one with the account's posts.`,
    ].join("\n\n");
  },
});

async function squaresInReview({ table }: Deployment): Promise<Listed[]> {
  const squares: Listed[] = [];
  let after: Position | undefined;
  do {
    const page = await listSquares(table, { status: "review", limit: 100, ...(after && { after }) });
    squares.push(...page.squares);
    after = page.next;
  } while (after !== undefined);
  return squares;
}

/** X charges for reading posts, and a square that was never sent has none. */
async function look({ tell }: Context, ports: Deployment, id: string): Promise<Candidates> {
  const square = await requireSquare(ports.table, id);
  if (square.status === "review" && !wasSent(square)) return { square, candidates: [], complete: true, leftOut: 0 };
  if (square.status === "review")
    tell(`Reading the account's posts since it was sent, for which X charges ${lookPrice} …`);
  return candidates({ ...ports, x: xOf(ports) }, id);
}

/** @returns undefined if there is no terminal. */
async function decideByKey(context: Context, ports: Deployment, looked: Candidates): Promise<Result | undefined> {
  const { choose, confirm, terminal } = context;
  const { id } = looked.square;
  const posts = choosable(looked);
  const numbers = posts.map((_, index) => String(index + 1));
  const offers = [
    ...(posts.length === 0 ? [] : [`${numbers.length === 1 ? "1" : `1-${numbers.length}`} this is its post`]),
    "q not posted, back in the queue",
    "w withdraw it",
    "Enter leave it",
  ];
  const key = await choose(`${describeLooked(withVisibleText(looked), terminal)}\n\n${offers.join(" · ")}:`, [
    ...numbers,
    "q",
    "w",
  ]);
  if (key === undefined) return undefined;
  const post = posts[numbers.indexOf(key)];
  if (post !== undefined) return { decided: await confirmPosted(ports, { id, tweetId: post.tweetId }) };
  if (key === "w") return { decided: await withdrawSquare(ports, { id, onlyInReview: true }) };
  if (key === "q" && (await isSure(confirm, looked)))
    return { decided: await requeueSquare(ports, { id, onlyInReview: true }) };
  return { left: id };
}

/** Putting back a square that was posted posts it twice. */
async function isSure(confirm: Context["confirm"], { square, candidates: posts }: Candidates): Promise<boolean> {
  if (!wasSent(square)) return true;
  const out = posts.find(({ sameMedia }) => sameMedia);
  return confirm(
    out === undefined
      ? "If it was posted after all, it will be posted twice. Put it back?"
      : `${out.url} has exactly this picture, so it would be posted twice. Put it back anyway?`,
  );
}

const describeLooked = (looked: Candidates, terminal: Terminal) =>
  [
    describeInReview(looked.square, terminal),
    ...(wasSent(looked.square) ? [describeCandidates(looked, terminal)] : []),
  ].join("\n\n");

const waysOut = ({ square: { id } }: Candidates) =>
  `Decide with \`2x2 review ${id} --posted POST\`, \`--requeue\` (it was not posted) or \`--withdraw\`.`;

/** The digits at the end of a post's address, or the id itself. */
const tweetIdOf = (written: string) => /\/status\/(\d+)/.exec(written)?.[1] ?? written;

function describeListed(square: Listed, terminal: Terminal): string {
  if (!isBroken(square)) return describeInReview(square, terminal);
  return `${terminal.paint("bold", square.id)}\n${facts(terminal, [["not a valid square", visible(square.mistakes)]])}`;
}
