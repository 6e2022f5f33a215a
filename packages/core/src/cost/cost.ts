import { prices } from "./prices.ts";

/** What one post uses on AWS, as it was measured: `post-figures.json` says when and where. */
export interface PostUsage {
  /** States entered, for which Step Functions charges. */
  transitions: number;
  /** Request units of DynamoDB. */
  readUnits: number;
  writeUnits: number;
  /** Objects read from S3. */
  objectsRead: number;
  /** By function: how often it is invoked, its memory, and the milliseconds of an invocation where the first is a cold start. */
  functions: Record<string, { invocations: number; memoryMb: number; milliseconds: number }>;
}

/** Dollars by what they are asked for. */
export interface Cost {
  lambda: number;
  stepFunctions: number;
  dynamodb: number;
  s3: number;
  scheduler: number;
  x: number;
}

/** What the posts of one month are. */
export interface Month {
  posts: number;
  /** Of them, those whose text has a link, and those with alt text. */
  withLink: number;
  withAltText: number;
  /** Bytes that lie in the bucket. */
  storedBytes: number;
}

export const total = (cost: Cost): number => Object.values(cost).reduce((sum, dollars) => sum + dollars, 0);

/** Dollars of one post; on X for one without a link, with or without alt text. */
export function costOfPost(usage: PostUsage, { withLink = false, withAltText = true } = {}): Cost {
  const functions = Object.values(usage.functions);
  const gigabyteSeconds = functions.reduce(
    (sum, { invocations, memoryMb, milliseconds }) => sum + invocations * (memoryMb / 1024) * (milliseconds / 1000),
    0,
  );
  const invocations = functions.reduce((sum, one) => sum + one.invocations, 0);
  return {
    lambda: gigabyteSeconds * prices.lambdaGigabyteSecond + invocations * prices.lambdaRequest,
    stepFunctions: usage.transitions * prices.stateTransition,
    dynamodb: usage.readUnits * prices.readUnit + usage.writeUnits * prices.writeUnit,
    s3: usage.objectsRead * prices.s3Get,
    scheduler: prices.scheduledInvocation,
    x: (withLink ? prices.postWithLinkOnX : prices.postOnX) + (withAltText ? prices.altTextOnX : 0),
  };
}

/** Dollars of a month of these posts, with the pictures that lie in the bucket. */
export function costOfMonth(usage: PostUsage, { posts, withLink, withAltText, storedBytes }: Month): Cost {
  const one = costOfPost(usage);
  const times = (dollars: number) => dollars * posts;
  return {
    lambda: times(one.lambda),
    stepFunctions: times(one.stepFunctions),
    dynamodb: times(one.dynamodb),
    s3: times(one.s3) + (storedBytes / 1e9) * prices.s3GigabyteMonth,
    scheduler: times(one.scheduler),
    x: (posts - withLink) * prices.postOnX + withLink * prices.postWithLinkOnX + withAltText * prices.altTextOnX,
  };
}
