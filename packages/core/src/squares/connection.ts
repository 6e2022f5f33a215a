import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { readStockRow, stockId } from "./stock.ts";
import type { Table } from "./table.ts";

/**
 * An account of a network beside X. It stands in the row of the stock, which every run reads anyway: where nothing is connected, no
 * run has anything more to do.
 */
export const Connection = v.object({
  /** As the network identifies it. */
  account: v.string(),
  /** Without the @. */
  username: v.string(),
  name: v.optional(v.string()),
  /** Beginning of the address at which a person sees a post; its key follows. */
  posts: v.optional(v.string()),
  /** ISO time: what was posted before is not shared. */
  since: v.string(),
});
export type Connection = v.InferOutput<typeof Connection>;

/** What the row of the stock says; one that is damaged counts as none. */
export const connectionOf = ({ bluesky }: { bluesky?: unknown }): Connection | undefined => {
  const parsed = v.safeParse(Connection, bluesky);
  return parsed.success ? parsed.output : undefined;
};

/** The account of Bluesky that is connected, if one is. */
export const readConnection = async (table: Table): Promise<Connection | undefined> =>
  connectionOf(await readStockRow(table));

/** Connects an account, or with `undefined` none. */
export async function writeConnection(table: Table, connection: Connection | undefined): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: connection === undefined ? "REMOVE #bluesky" : "SET #bluesky = :connection",
      ExpressionAttributeNames: { "#bluesky": "bluesky" },
      ...(connection !== undefined && { ExpressionAttributeValues: { ":connection": connection } }),
    }),
  );
}
