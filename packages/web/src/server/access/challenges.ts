import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { hashOf, ttlOf } from "@twobytwo/core/access/secret";
import { conditionHolds, type Table } from "@twobytwo/core/squares/table";

/** How long a person may take to confirm on the device. */
export const challengeMs = 5 * 60 * 1000;

/** What a challenge is for. One for an invite is not valid in a session, and one for a session not in another. */
export type ChallengeFor = { invite: string } | { session: string };

const challengeId = (challenge: string) => `#challenge#${hashOf(challenge)}`;

const purposeOf = (purpose: ChallengeFor) =>
  "invite" in purpose ? `invite ${hashOf(purpose.invite)}` : `session ${hashOf(purpose.session)}`;

/** @param challenge base64url */
export async function keepChallenge(
  table: Table,
  { challenge, purpose, now }: { challenge: string; purpose: ChallengeFor; now: number },
): Promise<void> {
  const expires = now + challengeMs;
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { id: challengeId(challenge), purpose: purposeOf(purpose), expires, ttl: ttlOf(expires) },
    }),
  );
}

/** Uses a challenge up. @returns false if there was none for this purpose. */
export async function takeChallenge(
  table: Table,
  { challenge, purpose, now }: { challenge: string; purpose: ChallengeFor; now: number },
): Promise<boolean> {
  return conditionHolds(() =>
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: { id: challengeId(challenge) },
        ConditionExpression: "purpose = :purpose AND expires > :now",
        ExpressionAttributeValues: { ":purpose": purposeOf(purpose), ":now": now },
      }),
    ),
  );
}

/** Marks a signed challenge as used. @returns false if it was used before. */
export async function spendChallenge(
  table: Table,
  { challenge, now }: { challenge: string; now: number },
): Promise<boolean> {
  return conditionHolds(() =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { id: challengeId(challenge), purpose: "spent", ttl: ttlOf(now + challengeMs) },
        ConditionExpression: "attribute_not_exists(id)",
      }),
    ),
  );
}
