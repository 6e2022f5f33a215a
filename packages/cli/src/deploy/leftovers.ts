import { type CloudControlClient, GetResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { type DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand, type S3Client } from "@aws-sdk/client-s3";
import { atOnce } from "@twobytwo/core/concurrency/at-once";
import { isDataOf, type Named } from "./names.ts";

/** Lookups at a time; Cloud Control throttles more. */
const mostLookups = 5;

export interface Leftovers {
  found: Named[];
  /** Why some could not be looked for. */
  unknown?: string;
}

/** Those of these resources that are there. AWS refuses to make another one of the same name. */
export async function findLeftovers(client: CloudControlClient, wanted: readonly Named[]): Promise<Leftovers> {
  const found = new Set<Named>();
  let unknown: string | undefined;
  await atOnce(each(wanted), mostLookups, async (one) => {
    try {
      await client.send(new GetResourceCommand({ TypeName: one.type, Identifier: one.identifier }));
      found.add(one);
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== "ResourceNotFoundException") unknown ??= `${name}: ${message}`;
    }
  });
  return { found: wanted.filter((one) => found.has(one)), ...(unknown !== undefined && { unknown }) };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Tables and buckets with the squares and pictures of an earlier deployment; their names are in nobody's way. */
export async function findKeptData(
  { dynamodb, s3 }: { dynamodb: DynamoDBClient; s3: S3Client },
  stage: string,
): Promise<string[]> {
  const names: string[] = [];
  let start: string | undefined;
  do {
    const page = await dynamodb.send(
      new ListTablesCommand(start === undefined ? {} : { ExclusiveStartTableName: start }),
    );
    names.push(...(page.TableNames ?? []).map((name) => `table ${name}`));
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  names.push(...Buckets.map(({ Name = "" }) => `bucket ${Name}`));
  return names.filter((name) => isDataOf({ stage }, name.replace(/^\w+ /, "")));
}
