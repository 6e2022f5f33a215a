import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { dayMs } from "@twobytwo/core/clock";
import { type Cost, costOfMonth, costOfPost, type Month, total } from "@twobytwo/core/cost/cost";
import { describeSchedule } from "@twobytwo/core/schedule/describe";
import { firings, readRhythm } from "@twobytwo/core/schedule/rhythm";
import { captionOf } from "@twobytwo/core/squares/caption";
import { isBroken, listSquares } from "@twobytwo/core/squares/list";
import { linksIn } from "@twobytwo/core/squares/words";
import { type Context, defineVerb } from "../define-verb.ts";
import type { Deployment } from "../deployment.ts";
import figures from "../post-figures.json" with { type: "json" };
import { type Column, type Terminal, table } from "../terminal.ts";

const monthMs = 30 * dayMs;
/** A post a minute, the most that a schedule can do. */
const mostPosts = 30 * 24 * 60;
/** How many squares of the queue are checked for links and alt texts; more would add nothing. */
const mostLookedAt = 1_000;

interface Result {
  stage: string;
  schedule: string;
  month: Month;
  /** Dollars of a post without a link and with alt text. */
  post: Cost;
  /** Dollars of the 30 days from now, as if the queue never ran empty. */
  monthly: Cost;
  /** When the figures of a post were measured. */
  measuredAt: string;
}

export const cost = defineVerb({
  usage: "",
  details: [
    "Calculated from the measured usage of a post and the prices of AWS and X (docs/performance.md has their date). Free tiers",
    "are not counted. The month is one in which every slot posts. A link in a caption makes a post expensive.",
  ].join("\n"),
  options: {},
  operands: { least: 0, most: 0 },
  async run(context: Context): Promise<Result> {
    const deployment = await context.deployment();
    const now = deployment.clock();
    const rhythm = await readRhythm(deployment.schedule, deployment.clock);
    // The cost of a month ignores pauses.
    const { pause: _, startsAt: __, ...always } = rhythm;
    const posts = firings(always, { now, count: mostPosts }).filter((time) => time <= now + monthMs).length;
    const month = { posts, ...(await lookAtQueue(deployment, posts)), storedBytes: await storedBytes(deployment) };
    return {
      stage: deployment.name,
      schedule: describeSchedule(rhythm.expression, rhythm.timeZone),
      month,
      post: costOfPost(figures.usage),
      monthly: costOfMonth(figures.usage, month),
      measuredAt: figures.measuredAt,
    };
  },
  json: (result: Result) => ({ ...result, postTotal: total(result.post), monthlyTotal: total(result.monthly) }),
  print: (result: Result, terminal) => describeCost(result, terminal),
});

/** How many of the coming posts have a link, and alt text; a shorter queue is extrapolated. */
async function lookAtQueue(
  { table: squares }: Deployment,
  posts: number,
): Promise<Pick<Month, "withLink" | "withAltText">> {
  const limit = Math.min(posts, mostLookedAt);
  if (limit === 0) return { withLink: 0, withAltText: 0 };
  const { squares: found } = await listSquares(squares, { status: "queued", limit });
  const good = found.flatMap((listed) => (isBroken(listed) ? [] : [listed]));
  if (good.length === 0) return { withLink: 0, withAltText: posts };
  const share = (count: number) => Math.round((count / good.length) * posts);
  return {
    withLink: share(good.filter((square) => linksIn(captionOf(square)).length > 0).length),
    withAltText: share(good.filter(({ altText }) => Boolean(altText)).length),
  };
}

async function storedBytes({ bucket }: Deployment): Promise<number> {
  let bytes = 0;
  let token: string | undefined;
  do {
    const page = await bucket.client.send(
      new ListObjectsV2Command({ Bucket: bucket.name, ...(token !== undefined && { ContinuationToken: token }) }),
    );
    bytes += (page.Contents ?? []).reduce((sum, { Size = 0 }) => sum + Size, 0);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return bytes;
}

const labels: Record<keyof Cost, string> = {
  x: "X",
  stepFunctions: "Step Functions",
  lambda: "Lambda",
  dynamodb: "DynamoDB",
  s3: "S3",
  scheduler: "EventBridge",
};

const dollars = (amount: number) => `$${amount.toFixed(6).replace(/(\.\d{2}\d*?)0+$/, "$1")}`;
const cents = (amount: number) => `$${amount.toFixed(2)}`;

interface Row {
  what: string;
  post: number;
  month: number;
}

function describeCost({ schedule, month, post, monthly, measuredAt }: Result, terminal: Terminal): string {
  const columns: readonly Column<Row>[] = [
    { heading: "FOR", text: ({ what }) => what },
    { heading: "A POST", text: (row) => dollars(row.post) },
    { heading: "A MONTH", text: (row) => cents(row.month) },
  ];
  const rows: Row[] = (Object.keys(labels) as (keyof Cost)[]).map((key) => ({
    what: labels[key],
    post: post[key],
    month: monthly[key],
  }));
  const all = { what: "all", post: total(post), month: total(monthly) };
  const { posts, withLink, withAltText } = month;
  return [
    table(terminal, columns, [...rows, all]),
    "",
    `${posts} posts in 30 days (${schedule}), ${withAltText} with alt text, ${withLink} with a link.`,
    "Posting on Bluesky is free, and sharing there adds less than a hundredth of a cent at AWS.",
    `Measured on ${measuredAt.slice(0, 10)}; free tiers are not counted.`,
  ].join("\n");
}
