import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { Account } from "../networks/network.ts";
import type { Table } from "../squares/table.ts";

const accountId = "#account";

const Row = v.object({
  userId: v.string(),
  username: v.string(),
  name: v.optional(v.string()),
  pictureUrl: v.optional(v.string()),
});

/**
 * The account as X described it last, which costs a cent each time. The keys may be those of another account by now: compare the id
 * with that of the keys.
 */
export async function readAccount(table: Table): Promise<Account | undefined> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: { id: accountId } }));
  const parsed = v.safeParse(Row, Item);
  if (!parsed.success) return undefined;
  const { userId: id, username, name, pictureUrl } = parsed.output;
  return { id, username, ...(name !== undefined && { name }), ...(pictureUrl !== undefined && { pictureUrl }) };
}

/** Keeps what X said, so that nobody has to pay for it again. */
export async function keepAccount(table: Table, { id: userId, ...account }: Account): Promise<void> {
  const Item = { id: accountId, userId, ...account };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}
