import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { hashOf, ttlOf } from "@twobytwo/core/access/secret";
import type { MiddlewareHandler } from "hono";
import type { WebPorts } from "./ports.ts";
import { WebProblem } from "./problem.ts";
import { sourceOf, type WebEnv } from "./web-env.ts";

const minuteMs = 60_000;
/** Calls a minute to all that can be called without a session; a sign-in takes two. */
const mostSignIns = { fromOneSource: 30, inAll: 300 } as const;

/**
 * Counts what strangers can ask for, by minute and source, in rows that expire: guessing gets nowhere, and the
 * rows that a stranger can make are few. Addresses are kept as hashes.
 */
export function limitSignIns({ table, clock }: Pick<WebPorts, "table" | "clock">): MiddlewareHandler<WebEnv> {
  const count = async (name: string): Promise<number> => {
    const now = clock();
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: `#rate#${name}#${Math.floor(now / minuteMs)}` },
        UpdateExpression: "SET #ttl = :ttl ADD calls :one",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":one": 1, ":ttl": ttlOf(now + 60 * minuteMs) },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    return Number(Attributes?.["calls"] ?? 0);
  };
  return async (c, next) => {
    // The source first: one that is over its limit does not use up everybody's.
    const isTooMany =
      (await count(`sign-in#${hashOf(sourceOf(c)).slice(0, 16)}`)) > mostSignIns.fromOneSource ||
      (await count("sign-in")) > mostSignIns.inAll;
    if (isTooMany) throw new WebProblem("too-many", "Too many attempts to sign in: wait a minute, then try again.");
    await next();
  };
}
