import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./table.ts";

/** Every row that should be a square, page by page, strongly consistent. */
export async function* squareRows(table: Table, attributes?: readonly string[]): AsyncGenerator<Item> {
  let after: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        ConsistentRead: true,
        // Rows whose id begins with # keep the books of the table.
        FilterExpression: "NOT begins_with(id, :hash)",
        ExpressionAttributeValues: { ":hash": "#" },
        ...(attributes && {
          ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
          ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name])),
        }),
        ...(after && { ExclusiveStartKey: after }),
      }),
    );
    yield* Items;
    after = LastEvaluatedKey;
  } while (after !== undefined);
}

export type Item = Record<string, unknown>;
