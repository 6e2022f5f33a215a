import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHolds, type Table } from "../squares/table.ts";
import { leaseMs } from "./lease.ts";

/** After this time nobody sends a stored body again: another run may take over the square, or a person may have deleted the post. */
export const resendMs = leaseMs;
/** Consecutive complete looks, at 30 s, 2 and 10 minutes, that must not find the post before it is sent again. */
export const looksOfARound = 3;
/** How often a post is sent again at the most. */
export const mostResends = 2;
/** An older look is outdated: a run that was suspended or redriven looks again. */
const freshMs = 5 * 60 * 1000;

/** @returns how often it has been resent, including this time; undefined if the row does not allow it. */
export async function countResend(table: Table, { id, execution, now }: Claimed): Promise<number | undefined> {
  let resends: number | undefined;
  await conditionHolds(async () => {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id },
        UpdateExpression:
          "SET resends = if_not_exists(resends, :zero) + :one, updatedAt = :now REMOVE looks, lookedAt ADD version :one",
        ConditionExpression:
          "#status = :posting AND claimedBy = :execution AND resendUntil > :now AND looks >= :round AND lookedAt > :fresh AND (attribute_not_exists(resends) OR resends < :most)",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":posting": "posting",
          ":execution": execution,
          ":now": new Date(now).toISOString(),
          ":fresh": new Date(now - freshMs).toISOString(),
          ":round": looksOfARound,
          ":most": mostResends,
          ":zero": 0,
          ":one": 1,
        },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    resends = Number(Attributes?.["resends"]);
  });
  return resends;
}

/** A square in the hands of an execution; `now` in milliseconds since the epoch. */
type Claimed = { id: string; execution: string; now: number };

/**
 * X's rate limit refused this sending: it does not count, and what is known of the first one stays.
 *
 * @param input.resends as `countResend` returned it: subtracted once, even if the answer to that is lost.
 */
export async function uncountResend(table: Table, input: Claimed & { resends: number }): Promise<void> {
  const values = { ":one": 1, ":counted": input.resends };
  await changeOpen(table, input, "SET resends = resends - :one ADD version :one", values, "resends = :counted");
}

/** Nobody sends it again, because X says that it has it. */
export async function endResends(table: Table, input: Claimed): Promise<void> {
  await changeOpen(table, input, "REMOVE resendUntil ADD version :one", { ":one": 1 });
}

/**
 * Notes a complete look that did not find the post. Only consecutive looks count: an incomplete one starts the count again.
 *
 * @param look its number within the round, from 1.
 */
export async function noteLook(table: Table, input: Claimed & { look: number }): Promise<void> {
  const { look, now } = input;
  await changeOpen(
    table,
    input,
    "SET looks = :look, lookedAt = :now ADD version :one",
    { ":look": look, ":before": look - 1, ":now": new Date(now).toISOString(), ":one": 1 },
    `(looks = :before OR looks = :look${look === 1 ? " OR attribute_exists(id)" : ""})`,
  );
}

/** An incomplete look says nothing, and cancels those before it. */
export async function forgetLooks(table: Table, input: Claimed): Promise<void> {
  await changeOpen(table, input, "REMOVE looks, lookedAt ADD version :one", { ":one": 1 });
}

async function changeOpen(
  table: Table,
  { id, execution }: Claimed,
  UpdateExpression: string,
  values: Record<string, unknown>,
  condition = "attribute_exists(id)",
): Promise<void> {
  await conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id },
        UpdateExpression,
        ConditionExpression: `#status = :posting AND claimedBy = :execution AND ${condition}`,
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":posting": "posting", ":execution": execution, ...values },
      }),
    ),
  );
}
