import { blueskyLength, blueskyText, maxGraphemes } from "@twobytwo/core/bluesky/text";
import { megabytes } from "@twobytwo/core/pictures/postable";
import { captionOf } from "@twobytwo/core/squares/caption";
import { readConnection } from "@twobytwo/core/squares/connection";
import { requireSquare } from "@twobytwo/core/squares/list";
import type { Share, Square } from "@twobytwo/core/squares/square";
import { maxWeightedLength, weightedLength } from "@twobytwo/core/squares/weighted-length";
import { linksIn } from "@twobytwo/core/squares/words";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { onTheWall } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";
import { describeSending } from "../describe-review.ts";
import { statusColour } from "../describe-squares.ts";
import { idOf } from "../square-id.ts";
import { facts } from "../terminal.ts";

interface Event {
  /** ISO time. */
  at: string;
  what: string;
}

function historyOf(square: Square): Event[] {
  const { createdAt, claimedAt, claimedBy, attempts, sentAt, lastError, postedAt, bluesky, updatedAt } = square;
  const run = (arn: string | undefined) => (arn === undefined ? "" : ` by run ${arn.split(":").at(-1)}`);
  const events: (Event | undefined)[] = [
    createdAt === undefined ? undefined : { at: createdAt, what: "added" },
    claimedAt === undefined ? undefined : { at: claimedAt, what: `taken${run(claimedBy)}, time ${attempts}` },
    sentAt === undefined ? undefined : { at: sentAt, what: "about to be sent to X" },
    lastError && {
      at: lastError.at,
      what: `failed${run(lastError.execution)}: ${lastError.name}: ${lastError.message}`,
    },
    postedAt === undefined ? undefined : { at: postedAt, what: "posted" },
    bluesky?.sharedAt === undefined ? undefined : { at: bluesky.sharedAt, what: "shared on Bluesky" },
    updatedAt === undefined ? undefined : { at: updatedAt, what: "last changed" },
  ];
  return events.filter((event) => event !== undefined).sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** How long it is there, and the text where it is another than X's. */
const describeOnBluesky = ({ text, length }: { text: string; length: number }, onX: string) =>
  `${text === onX ? "the same text" : visible(text)} (${length} of ${maxGraphemes})`;

const describeUnshared = ({ lastError, givenUpAt }: Share) =>
  `not shared${givenUpAt === undefined ? " yet" : ""}${lastError ? `: ${visible(lastError.message)}` : ""}`;

export const show = defineVerb({
  usage: "ID",
  options: {},
  operands: { least: 1, most: 1 },
  async run({ deployment }, { operands: [wanted = ""] }) {
    const ports = await deployment();
    const { table, bucket, postUrl } = ports;
    const connection = await readConnection(table);
    const square = await requireSquare(table, await idOf(ports, wanted));
    const text = captionOf(square);
    return {
      ...square,
      picture: `s3://${bucket.name}/${square.objectKey}`,
      text,
      weightedLength: weightedLength(text),
      links: linksIn(text),
      ...(connection && { onBluesky: { text: blueskyText(text), length: blueskyLength(text) } }),
      missingAltText: !square.altText,
      ...(square.tweetId !== undefined && { url: postUrl(square.tweetId) }),
      history: historyOf(square),
    };
  },
  print(square, terminal) {
    const { paint, timeZone } = terminal;
    const { status, width, height, bytes, contentType, links, series, altText, url, picture, history, bluesky } =
      square;
    const kind = [
      contentType,
      width === undefined || height === undefined ? undefined : `${width} × ${height}`,
      bytes === undefined ? undefined : megabytes(bytes),
    ];
    const dear = links.length === 0 ? "" : paint("yellow", ` a link makes it expensive: ${visible(links.join(", "))}`);
    return [
      `${paint("bold", visible(square.title) || "Untitled")}  ${paint(statusColour[status], status)}`,
      "",
      facts(terminal, [
        ["id", square.id],
        [
          "text",
          square.text === ""
            ? paint("yellow", "no caption, so it is posted without text: 2x2 edit ID --caption TEXT")
            : `${visible(square.text)} (${square.weightedLength} of ${maxWeightedLength})${dear}`,
        ],
        ["on Bluesky", square.onBluesky && describeOnBluesky(square.onBluesky, square.text)],
        ["alt text", altText ? visible(altText) : paint("yellow", "missing: 2x2 edit ID --alt TEXT")],
        ["series", series && visible(series)],
        ["picture", picture],
        ["kind", kind.filter(Boolean).join(", ")],
        ["sent", square.status === "posted" ? undefined : describeSending(square, terminal)],
        ["post", url],
        ["post id", square.tweetId],
        ["Bluesky", bluesky && (bluesky.sharedAt ? (bluesky.url ?? bluesky.id) : describeUnshared(bluesky))],
      ]),
      ...(history.length === 0
        ? []
        : ["", ...history.map(({ at, what }) => `${onTheWall(at, timeZone)}  ${visible(what)}`)]),
    ].join("\n");
  },
});
