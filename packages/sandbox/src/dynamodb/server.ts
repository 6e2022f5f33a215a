import type { Clock } from "@twobytwo/core/clock";
import { notImplemented } from "../aws-error.ts";
import { type AwsService, jsonService, startAwsServer } from "../aws-http.ts";
import type { Call, Intercept, Row } from "../emulator.ts";
import type { AwsEmulator } from "../http-answer.ts";
import type { Credentials } from "../signature-v4.ts";
import type { Json } from "./dynalite.ts";
import { createGate, type Engine } from "./engine.ts";
import { operations } from "./operations.ts";
import { isServiceError } from "./service-error.ts";
import { openStore } from "./store.ts";
import { sweep } from "./time-to-live.ts";
import { forgetOldTokens } from "./transact-write.ts";

/**
 * DynamoDB over HTTP: dynalite's store and expressions, with what dynalite lacks (transactions, the item of a failed
 * condition, time to live). A table keeps the indexes that it was made with. Index reads are never stale, and
 * nothing is ever throttled. What has ended by its time to live is deleted at the start.
 * @throws Error where another process has the directory; it names that process and the ways out.
 */
export async function startDynamoDb(options: {
  /** Where the data survives a restart, and `kill -9`; in memory without it. */
  directory?: string;
  credentials: Credentials;
  clock?: Clock;
  /** The attribute by which items end, in every table; none without it. */
  timeToLive?: string;
  intercept?: Intercept;
}): Promise<AwsEmulator> {
  const { directory, clock = Date.now, timeToLive, ...http } = options;
  const { store, claim, close } = await openStore(directory);
  const engine: Engine = { store, gate: createGate(), clock };
  let server: AwsEmulator | undefined;
  const closeAll = async () => {
    await server?.close();
    await engine.gate.exclusive(close);
  };
  try {
    if (timeToLive !== undefined) await sweep(engine, timeToLive);
    await forgetOldTokens(engine);
    server = await startAwsServer({ ...http, services: [dynamoDbService(engine)] });
    claim({ pid: process.pid, url: server.url });
    return { ...server, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function dynamoDbService(engine: Engine): AwsService {
  return jsonService({
    name: "dynamodb",
    prefix: "DynamoDB_20120810",
    version: "1.0",
    about: aboutOf,
    async handle(name, input) {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw notImplemented("DynamoDB", name);
      try {
        return { status: 200, body: await operation(engine, input) };
      } catch (error) {
        if (!isServiceError(error)) throw error;
        return { status: error.statusCode, body: error.body };
      }
    },
  });
}

/** What a call is about, in the words of IAM. */
function aboutOf(body: Json): Pick<Call, "resource" | "rows" | "parts"> {
  const [resource, rows, parts] = [resourceOf(body), rowsOf(body), partsOf(body)];
  return { ...(resource && { resource }), ...(rows.length > 0 && { rows }), ...(parts.length > 0 && { parts }) };
}

/** `Put` is PutItem for IAM, and `ConditionCheck` ConditionCheckItem. */
function partsOf({ TransactItems }: Json): NonNullable<Call["parts"]>[number][] {
  const entries = Array.isArray(TransactItems) ? TransactItems : [];
  return entries
    .flatMap((entry) => Object.entries(entry ?? {}))
    .map(([kind, part]) => ({
      operation: `${kind}Item`,
      resource: String((part as Json | null)?.["TableName"] ?? ""),
      rows: rowsOf((part ?? {}) as Json),
    }));
}

/** What a call, a part of a transaction or an entry of a batch names a row by. */
function rowsOf({ Key, Item, RequestItems }: Json): Row[] {
  const named = [Key, Item, ...Object.values(RequestItems ?? {}).flatMap(batched)];
  return named.filter((row): row is Row => typeof row === "object" && row !== null);
}

/** `{ Keys }` of a read, and a list of `{ PutRequest }` and `{ DeleteRequest }` of a write. */
function batched(of: unknown): unknown[] {
  if (!Array.isArray(of)) return [(of as Json | undefined)?.["Keys"] ?? []].flat();
  return of.flatMap((entry: Json | undefined) => Object.values(entry ?? {}).flatMap((write) => rowsOf(write as Json)));
}

/** `table` or `table/index/name`; for a batch or a transaction all its tables, with commas between. */
function resourceOf(body: Json): string | undefined {
  const { TableName, IndexName, RequestItems, TransactItems } = body;
  if (typeof TableName === "string") {
    return typeof IndexName === "string" ? `${TableName}/index/${IndexName}` : TableName;
  }
  const names = Array.isArray(TransactItems)
    ? TransactItems.flatMap((entry) => Object.values(entry ?? {})).map((part) => (part as Json | null)?.["TableName"])
    : Object.keys(RequestItems ?? {});
  return [...new Set(names)].join(",") || undefined;
}
