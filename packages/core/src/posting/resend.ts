import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHolds, type Table } from "../squares/table.ts";
import { leaseMs } from "./lease.ts";

/** After how long nobody sends a stored body again: a dead run's square may be taken over then, and a person may have tidied up. */
export const resendMs = leaseMs;
/** Complete looks in a row, at 30 s, 2 and 10 minutes, that must not have seen a post before it is sent again. */
export const looksOfARound = 3;
/** How often a post is sent again at the most. */
export const mostResends = 2;
/** A look that is older says nothing of now: a run that slept, or was started again, looks anew. */
const freshMs = 5 * 60 * 1000;

/** @returns how often it is sent again, with this time; undefined where the row does not allow it. */
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
 * X's limit kept this sending back: it counts as none, and what is known of the first stays.
 *
 * @param input.resends as `countResend` gave it: taken off once, also where the answer of that is lost.
 */
export async function uncountResend(table: Table, input: Claimed & { resends: number }): Promise<void> {
  const values = { ":one": 1, ":counted": input.resends };
  await changeOpen(table, input, "SET resends = resends - :one ADD version :one", values, "resends = :counted");
}

/** Nobody sends it again: X says that it has it. */
export async function endResends(table: Table, input: Claimed): Promise<void> {
  await changeOpen(table, input, "REMOVE resendUntil ADD version :one", { ":one": 1 });
}

/**
 * Notes a complete look that did not see the post. Looks count in a row only: one that was not complete begins the row anew.
 *
 * @param look the how-manieth of its round; from 1.
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

/** A look that was not complete says nothing, and neither do those before it. */
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
