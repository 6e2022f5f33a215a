/** Dollars in us-east-1, as the pricing pages of AWS and X said in 2026; free tiers are not counted. */
export const prices = {
  lambdaGigabyteSecond: 0.000_013_333_4,
  lambdaRequest: 0.2e-6,
  stateTransition: 25e-6,
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  s3Get: 0.4e-6,
  scheduledInvocation: 1e-6,
  postOnX: 0.015,
} as const;

export interface Usage {
  /** Of all functions of one post. */
  gigabyteSeconds: number;
  invocations: number;
  transitions: number;
  readUnits: number;
  writeUnits: number;
}

/** Dollars that AWS asks for one post. */
export function costOnAws(usage: Usage): number {
  return (
    usage.gigabyteSeconds * prices.lambdaGigabyteSecond +
    usage.invocations * prices.lambdaRequest +
    usage.transitions * prices.stateTransition +
    usage.readUnits * prices.readUnit +
    usage.writeUnits * prices.writeUnit +
    prices.s3Get +
    prices.scheduledInvocation
  );
}
