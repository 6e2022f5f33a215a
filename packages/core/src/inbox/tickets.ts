import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHolds, type Table } from "../squares/table.ts";

/** How long a form may be sent. */
export const ticketMs = 15 * 60 * 1000;

/**
 * Pictures that one device may have on their way at once. The app sends three at a time, and waits its turn beyond; so
 * many in several windows are nobody's haste.
 */
export const mostTickets = 100;

/** The row that names the open tickets of a device: what is in it was not taken in yet, and may still be sent. */
const rowOfDevice = (device: string) => `#tickets#${device}`;

/** Leave to send one picture. */
export interface Ticket {
  /** Credential of the device that has it. */
  device: string;
  uploadId: string;
  /** Milliseconds since the epoch. */
  openUntil: number;
}

/** A ticket as that row names it: when it ends, then its upload. */
const nameOf = ({ openUntil, uploadId }: Ticket) => `${openUntil}#${uploadId}`;
const endOf = (ticket: string) => Number(ticket.slice(0, ticket.indexOf("#")));

/** The part of a transaction that counts a ticket; it fails where the device has too many. A second time, it changes nothing. */
export function addTicket(table: Table, ticket: Ticket) {
  return {
    Update: {
      TableName: table.name,
      Key: { id: rowOfDevice(ticket.device) },
      UpdateExpression: "SET #ttl = :ttl ADD tickets :ticket",
      ConditionExpression: "attribute_not_exists(tickets) OR size(tickets) < :most",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":ticket": new Set([nameOf(ticket)]),
        ":most": mostTickets,
        ":ttl": Math.ceil(ticket.openUntil / 1000),
      },
    },
  };
}

/** Frees what was never sent, or whose end nobody noted. @returns whether there is room now. */
export async function forgetEnded(table: Table, device: string, now: number): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: rowOfDevice(device) }, ConsistentRead: true }),
  );
  const tickets = [...((Item?.["tickets"] as ReadonlySet<string> | undefined) ?? [])];
  const ended = tickets.filter((ticket) => endOf(ticket) <= now);
  if (ended.length > 0) await forget(table, device, ended);
  return tickets.length - ended.length < mostTickets;
}

/** Notes that a ticket is used up; where nobody does, it ends by its time. */
export const closeTicket = (table: Table, ticket: Ticket): Promise<void> =>
  forget(table, ticket.device, [nameOf(ticket)]);

/** With the last of them goes the row. */
async function forget(table: Table, device: string, tickets: readonly string[]): Promise<void> {
  const row = { TableName: table.name, Key: { id: rowOfDevice(device) } };
  let isEmpty = false;
  await conditionHolds(async () => {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        ...row,
        UpdateExpression: "DELETE tickets :tickets",
        ConditionExpression: "attribute_exists(tickets)",
        ExpressionAttributeValues: { ":tickets": new Set(tickets) },
        ReturnValues: "ALL_NEW",
      }),
    );
    isEmpty = Attributes?.["tickets"] === undefined;
  });
  if (!isEmpty) return;
  await conditionHolds(() =>
    table.client.send(new DeleteCommand({ ...row, ConditionExpression: "attribute_not_exists(tickets)" })),
  );
}
