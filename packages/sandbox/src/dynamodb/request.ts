import { callerOf, SignatureRefused } from "../caller.ts";
import type { Call, Row } from "../emulator.ts";
import type { Incoming } from "../http-answer.ts";
import type { Credentials } from "../signature-v4.ts";
import type { Json } from "./dynalite.ts";
import type { Operation } from "./engine.ts";
import { operations } from "./operations.ts";
import { protocolError } from "./service-error.ts";

/** As AWS limits one request. */
const maxBytes = 16 * 1024 * 1024;

export interface ParsedRequest {
  call: Call;
  perform: Operation;
  body: Json;
}

/** Undefined when the client went away before the end; the body is never read half. */
export async function readBody(request: Incoming): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNRESET") return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}

/** @throws A protocol error with AWS's code. */
export function parseRequest(request: Incoming, bytes: Buffer, credentials: Credentials): ParsedRequest {
  if (bytes.length > maxBytes) throw protocolError("RequestEntityTooLargeException");
  const [api, operation = ""] = String(request.headers["x-amz-target"]).split(".");
  const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (api !== "DynamoDB_20120810" || perform === undefined) {
    throw protocolError("UnknownOperationException", `The sandbox's DynamoDB has no ${operation || "such operation"}.`);
  }
  const accessKeyId = signerOf(request, bytes, credentials);
  const body = parseJson(bytes);
  const resource = resourceOf(body);
  const parts = partsOf(body);
  const rows = rowsOf(body);
  const about = { ...(resource && { resource }), ...(rows.length > 0 && { rows }), ...(parts.length > 0 && { parts }) };
  return { call: { service: "dynamodb", operation, accessKeyId, ...about }, perform, body };
}

function signerOf({ method = "", url = "/", headers }: Incoming, body: Buffer, credentials: Credentials): string {
  const [path = "/", query = ""] = url.split("?", 2);
  try {
    return callerOf(credentials, "dynamodb", { method, path, query: new URLSearchParams(query), headers, body });
  } catch (error) {
    if (error instanceof SignatureRefused) throw protocolError(error.code, error.message);
    throw error;
  }
}

function parseJson(bytes: Buffer): Json {
  try {
    const body: unknown = JSON.parse(bytes.toString("utf8"), withoutNulls);
    if (typeof body === "object" && !Array.isArray(body)) return body as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw protocolError("SerializationException", "The body is not a JSON object.");
}

/** A member that is null is one that is absent; dynalite would fall over it deep inside and take the process along. */
function withoutNulls(this: unknown, _key: string, value: unknown): unknown {
  if (value === null && Array.isArray(this)) throw protocolError("SerializationException", "A list has a null in it.");
  return value ?? undefined;
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
  const { TableName, IndexName, RequestItems, TransactItems, ResourceArn } = body;
  if (typeof TableName === "string") {
    return typeof IndexName === "string" ? `${TableName}/index/${IndexName}` : TableName;
  }
  if (typeof ResourceArn === "string") return ResourceArn.split(":table/").pop();
  const names = Array.isArray(TransactItems)
    ? TransactItems.flatMap((entry) => Object.values(entry ?? {})).map((part) => (part as Json | null)?.["TableName"])
    : Object.keys(RequestItems ?? {});
  return [...new Set(names)].join(",") || undefined;
}
