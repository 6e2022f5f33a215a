import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHolds, type Table } from "./table.ts";

/** The row that names the series, so that nobody has to read every square to offer them. */
const seriesId = "#series";
/** Far from the 400 KB at which DynamoDB would refuse the row; more names would be of no help to a person. */
const mostNames = 500;

/** What this process has written down already. */
const known = new WeakMap<object, Set<string>>();

/**
 * Notes names of series that are in use, or are about to be. One too many, left by a write that then failed, does
 * no harm; neither does one that is missing because there are too many.
 */
export async function noteSeries(table: Table, names: Iterable<string | undefined>): Promise<void> {
  const noted = known.get(table.client) ?? new Set<string>();
  known.set(table.client, noted);
  const fresh = new Set(
    [...names].filter((name): name is string => Boolean(name) && !noted.has(`${table.name}/${name}`)),
  );
  if (fresh.size === 0) return;
  await conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: seriesId },
        UpdateExpression: "ADD series :names",
        ConditionExpression: "attribute_not_exists(series) OR size(series) < :most",
        ExpressionAttributeValues: { ":names": fresh, ":most": mostNames },
      }),
    ),
  );
  for (const name of fresh) noted.add(`${table.name}/${name}`);
}

/** In alphabetical order. */
export async function readSeries(table: Table): Promise<string[]> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: { id: seriesId } }));
  const names = [...((Item?.["series"] as ReadonlySet<string> | undefined) ?? [])];
  return names.sort((one, other) => one.localeCompare(other));
}
