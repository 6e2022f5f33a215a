import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { postIdOf } from "../bluesky/tid.ts";
import type { Share, Square } from "../squares/square.ts";
import { conditionHolds, type Table } from "../squares/table.ts";

/**
 * Writes what is known of a share, where the square is still posted as it was.
 *
 * @param seen with its `version`, where what was decided was decided of just that row; without, what is written is true anyway.
 * @returns false where it is not.
 */
export async function noteShare(
  table: Table,
  seen: Pick<Square, "id" | "tweetId"> & { version?: number },
  share: Share,
  now: number,
): Promise<boolean> {
  const { id, tweetId, version } = seen;
  // Rows of other programs have no version yet.
  const orNone = version === 0 ? " OR attribute_not_exists(version)" : "";
  return conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id },
        UpdateExpression: "SET bluesky = :share, updatedAt = :now ADD version :one",
        ConditionExpression: `#status = :posted AND tweetId = :tweetId${version === undefined ? "" : ` AND (version = :seen${orNone})`}`,
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":share": share,
          ":now": new Date(now).toISOString(),
          ":one": 1,
          ":posted": "posted",
          ":tweetId": tweetId,
          ...(version !== undefined && { ":seen": version }),
        },
      }),
    ),
  );
}

/** The owner was told of it: nothing is tried any more. */
export async function giveUpShare(table: Table, square: Square, account: string, now: number): Promise<void> {
  const share = square.bluesky ?? { id: postIdOf(account, square.tweetId ?? "") };
  await noteShare(table, square, { ...share, givenUpAt: new Date(now).toISOString() }, now);
}
