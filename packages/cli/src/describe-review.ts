import type { Candidate, Candidates } from "@twobytwo/core/posting/candidates";
import { sentTextOf } from "@twobytwo/core/posting/look";
import type { Square } from "@twobytwo/core/squares/square";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { cut } from "./cut.ts";
import { onTheWall } from "./dates.ts";
import { nameOf } from "./describe-squares.ts";
import { counted, facts, type Terminal } from "./terminal.ts";

/** Whether anything was sent to X that may have been posted, according to its row. */
export const wasSent = ({ tweetBody, sentAt }: Pick<Square, "tweetBody" | "sentAt">) =>
  tweetBody !== undefined || sentAt !== undefined;

/** When and how often a square was sent, and what was seen of it since; undefined where it was not. */
export function describeSending(square: Square, { timeZone }: Terminal): string | undefined {
  if (!wasSent(square)) return undefined;
  const { sentAt, resends = 0, looks = 0 } = square;
  const when = sentAt === undefined ? "at an unknown time" : onTheWall(sentAt, timeZone);
  return [
    resends > 0 ? `${when}, and resent ${counted(resends, "time")}` : when,
    ...(looks > 0 ? [`not seen in ${counted(looks, "look")} since`] : []),
  ].join("; ");
}

/** A held square with all that is known of its post. */
export function describeInReview(square: Square, terminal: Terminal): string {
  const { paint, timeZone } = terminal;
  const { lastError, mediaId, tweetId, claimedBy, sortKey } = square;
  return [
    `${paint("bold", nameOf(square))}  ${square.id}`,
    facts(terminal, [
      ["held since", Number.isNaN(Date.parse(sortKey)) ? undefined : onTheWall(sortKey, timeZone)],
      ["because", lastError && visible(`${lastError.name}: ${lastError.message}`)],
      ["run", (lastError?.execution ?? claimedBy)?.split(":").at(-1)],
      ["sent", describeSending(square, terminal) ?? "nothing that may have been posted"],
      ["text", visible(sentTextOf(square))],
      ["media", mediaId],
      ["post id", tweetId],
    ]),
  ].join("\n");
}

/** Those that one key can choose: none that another square has already. */
export const choosable = ({ candidates }: Pick<Candidates, "candidates">): Candidate[] =>
  candidates.filter(({ knownAs }) => knownAs === undefined).slice(0, 9);

/** The account's posts that may be its post, numbered for choosing, with notes on what the list may be missing. */
export function describeCandidates(looked: Candidates, terminal: Terminal): string {
  const { candidates, complete, why, leftOut } = looked;
  const { paint } = terminal;
  const numbered = choosable(looked);
  const number = (candidate: Candidate) => String(numbered.indexOf(candidate) + 1 || "-");
  const notes = [
    ...(leftOut > 0 ? [`${counted(leftOut, "post")} more of that time not shown.`] : []),
    complete
      ? "X may show a new post late or not at all: even if you do not see it here, it may have been made."
      : paint(
          "yellow",
          `This list may be incomplete: ${why}. Even if you do not see the post here, it may have been made.`,
        ),
  ];
  const heading =
    candidates.length === 0
      ? "X showed no posts of the account since then."
      : `The account's posts since then, likeliest first:`;
  return [heading, ...candidates.map((one) => describeCandidate(one, number(one), terminal)), ...notes].join("\n");
}

function describeCandidate(candidate: Candidate, number: string, { paint, timeZone, columns }: Terminal): string {
  const { postedAt, url, text, sameMedia, sameWords, knownAs } = candidate;
  const when = postedAt === undefined ? "at an unknown time" : onTheWall(postedAt, timeZone);
  const marks = [
    ...(knownAs === undefined ? [] : [`the post of square ${knownAs}`]),
    ...(sameMedia ? ["the same picture"] : []),
    ...(sameWords ? ["the same text"] : []),
  ];
  const mark = marks.join(", ");
  const indent = " ".repeat(3);
  return [
    `${paint("bold", number)}  ${when}  ${url}`,
    ...(mark === "" ? [] : [`${indent}${paint(knownAs === undefined ? "green" : "dim", mark)}`]),
    `${indent}${cut(visible(text) || "(no text)", columns - indent.length)}`,
  ].join("\n");
}
