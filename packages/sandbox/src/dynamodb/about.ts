import type { Call, Row } from "../emulator.ts";
import type { Json } from "./dynalite.ts";

/** What a call is about, in the words of IAM. */
export function aboutOf(body: Json): Pick<Call, "resource" | "rows" | "parts"> {
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
