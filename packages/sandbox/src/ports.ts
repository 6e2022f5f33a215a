import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Ports } from "@twobytwo/core/ports";
import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import { monotonicFactory } from "ulid";
import type { Clients } from "./clients.ts";
import { names } from "./names.ts";

/** What core needs to add squares to the sandbox from this process. */
export function portsOf(clients: Clients): Ports {
  const client = DynamoDBDocumentClient.from(clients.dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const table = { client, name: names.table };
  return {
    table,
    bucket: { client: clients.s3, name: names.bucket },
    schedule: { client: clients.scheduler, name: names.schedule, group: "default", table },
    clock: Date.now,
    rankAtEnd: ranksAtEnd(Date.now, Math.random),
    newId: monotonicFactory(),
    random: Math.random,
    sleep,
  };
}
