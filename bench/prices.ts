import { prices } from "@twobytwo/core/prices";

export { prices };

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
