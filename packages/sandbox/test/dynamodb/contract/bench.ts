import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { keys } from "../../fixed-keys.ts";

/** A fresh table with the index `byStatus`, and a client that never retries. */
export interface Bench {
  client: DynamoDBDocumentClient;
  TableName: string;
}

/** One behaviour of DynamoDB, as a sentence and a check that fails where it is not so. */
export type Behaviour = (sentence: string, check: (bench: Bench) => Promise<void>) => void;

export function connect(url: string): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ endpoint: url, region: "us-east-1", credentials: keys, maxAttempts: 1 });
  return DynamoDBDocumentClient.from(client);
}

const byStatus = {
  IndexName: "byStatus",
  KeySchema: [
    { AttributeName: "status", KeyType: "HASH" as const },
    { AttributeName: "sortKey", KeyType: "RANGE" as const },
  ],
  Projection: { ProjectionType: "ALL" as const },
};

export async function createTable(client: DynamoDBDocumentClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: ["id", "status", "sortKey"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [byStatus],
    }),
  );
}

/** `01`, `02`, …: as many as are wanted, in order. */
export function names(count: number): string[] {
  return Array.from({ length: count }, (_, number) => String(number + 1).padStart(3, "0"));
}
