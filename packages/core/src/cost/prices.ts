/**
 * Dollars, as the pricing pages said in August 2026: aws.amazon.com (us-east-1, Lambda on Arm) and docs.x.com, "Pricing".
 * Free tiers are not counted. The one list of prices: look here first when a bill says otherwise.
 */
export const prices = {
  lambdaGigabyteSecond: 0.000_013_333_4,
  lambdaRequest: 0.2e-6,
  stateTransition: 25e-6,
  /** DynamoDB on demand, a request unit. */
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  s3Get: 0.4e-6,
  s3GigabyteMonth: 0.023,
  scheduledInvocation: 1e-6,
  /** CloudWatch, an alarm a month; the first ten of an account are free. */
  alarmMonth: 0.1,
  /** Of X, a post; one whose text has a link is another thing. */
  postOnX: 0.015,
  postWithLinkOnX: 0.2,
  /** Of X, an alt text. */
  altTextOnX: 0.005,
  /** Of X, a post that it shows: to the account that owns the app, and to any other. */
  ownPostReadOnX: 0.001,
  postReadOnX: 0.005,
} as const;
