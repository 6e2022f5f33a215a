import {
  checked,
  database,
  type Index,
  type Item,
  type Json,
  keyPrefix,
  readTable,
  rules,
  type Store,
  startingWith,
  type TableRecord,
  type Write,
} from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { serviceError, validationError } from "./service-error.ts";
import { tableName } from "./table-settings.ts";
import { commit, keysOf } from "./unit-of-work.ts";

interface IndexChange {
  Create?: Index;
  Delete?: { IndexName: string };
}

const createTableRules = rules("createTable");
/** Needed to make a table or an index, but not to delete one. */
const { notNull: _, ...attributeDefinitions } = createTableRules.types["AttributeDefinitions"] as Json;

const updateRules = {
  types: {
    TableName: tableName,
    AttributeDefinitions: attributeDefinitions,
    GlobalSecondaryIndexUpdates: {
      type: "List",
      children: {
        type: "ValueStruct<GlobalSecondaryIndexUpdate>",
        children: {
          Create: { ...(createTableRules.types["GlobalSecondaryIndexes"] as { children: Json }).children },
          Delete: {
            type: "FieldStruct<DeleteGlobalSecondaryIndexAction>",
            children: { IndexName: { type: "String", notNull: true } },
          },
        },
      },
    },
  },
};

/** Whether dynalite would say yes to this UpdateTable and then do nothing. */
export function changesIndexes(body: Json): boolean {
  const updates = body["GlobalSecondaryIndexUpdates"];
  return Array.isArray(updates) && updates.some((update) => update?.Create || update?.Delete);
}

/** UpdateTable for one index that comes or goes; its rows and the table's record change in one batch. */
export function updateIndexes({ store, gate }: Engine, body: Json): Promise<Json> {
  for (const other of ["BillingMode", "ProvisionedThroughput"]) {
    if (body[other] !== undefined) {
      throw validationError(`The sandbox changes either the indexes of a table or its ${other}: make two calls.`);
    }
  }
  const input = checked(store, updateRules, body);
  const changes = input["GlobalSecondaryIndexUpdates"] as IndexChange[];
  const [change] = changes;
  if (change === undefined || changes.length > 1 || (change.Create && change.Delete)) {
    throw serviceError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  }
  return gate.exclusive(async () => {
    const table = await readTable(store, String(input["TableName"]));
    const definitions = (input["AttributeDefinitions"] ?? []) as TableRecord["AttributeDefinitions"];
    if (change.Create) return createIndex(store, table, change.Create, definitions);
    return deleteIndex(store, table, String(change.Delete?.IndexName));
  });
}

async function createIndex(
  store: Store,
  table: TableRecord,
  wanted: Index,
  definitions: TableRecord["AttributeDefinitions"],
): Promise<Json> {
  const present = table.GlobalSecondaryIndexes ?? [];
  if (present.some((index) => index.IndexName === wanted.IndexName)) {
    throw validationError(`Attempting to create an index which already exists: ${wanted.IndexName}`);
  }
  const known = new Set(table.AttributeDefinitions.map((definition) => definition.AttributeName));
  const attributes = [
    ...table.AttributeDefinitions,
    ...definitions.filter((definition) => !known.has(definition.AttributeName)),
  ];
  assertIndexable(store, table, wanted, attributes);

  const created: Index = {
    ...wanted,
    IndexArn: `${table.TableArn}/index/${wanted.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
    IndexStatus: "ACTIVE",
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
  };
  const record = { ...table, AttributeDefinitions: attributes, GlobalSecondaryIndexes: [...present, created] };
  await commit(store, [...(await indexRows(store, record, created)), recordWrite(record)]);
  return updating(record, wanted.IndexName, "CREATING");
}

/** An index that comes later keeps the rules of one that was there from the start. */
function assertIndexable(
  store: Store,
  table: TableRecord,
  wanted: Index,
  attributes: TableRecord["AttributeDefinitions"],
): void {
  const { IndexName, KeySchema, Projection } = wanted;
  const used = new Set([...table.KeySchema, ...KeySchema].map((key) => key.AttributeName));
  checked(store, createTableRules, {
    TableName: table.TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: table.KeySchema,
    AttributeDefinitions: attributes.filter((definition) => used.has(definition.AttributeName)),
    GlobalSecondaryIndexes: [{ IndexName, KeySchema, Projection }],
  });
}

/** Items whose attribute is missing, empty or of another type than the index's key are left out, as AWS does. */
async function indexRows(store: Store, table: TableRecord, index: Index): Promise<Write[]> {
  const prefix = keyPrefix.index("Global", table.TableName, index.IndexName);
  const types = new Map(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
  const rows: Write[] = [];
  for await (const value of store.db.values(startingWith(keyPrefix.items(table.TableName)))) {
    const item = value as Item;
    const fits = index.KeySchema.every(({ AttributeName: name }) => item[name]?.[types.get(name) ?? ""]);
    if (!fits) continue;
    const { puts } = database.getIndexActions([index], null, item, table);
    rows.push(...puts.map((put): Write => ({ type: "put", key: prefix + put.key, value: put.item })));
  }
  return rows;
}

async function deleteIndex(store: Store, table: TableRecord, name: string): Promise<Json> {
  const present = table.GlobalSecondaryIndexes ?? [];
  const kept = present.filter((index) => index.IndexName !== name);
  if (kept.length === present.length) {
    throw serviceError("ResourceNotFoundException", `Requested resource not found: Index: ${name} not found`);
  }
  const { GlobalSecondaryIndexes: _, ...others } = table;
  const record = { ...others, ...(kept.length > 0 && { GlobalSecondaryIndexes: kept }) };
  const rows = await keysOf(store, keyPrefix.index("Global", table.TableName, name));
  await commit(store, [...rows.map((key): Write => ({ type: "del", key })), recordWrite(record)]);
  return updating(table, name, "DELETING");
}

function recordWrite(table: TableRecord): Write {
  return { type: "put", key: keyPrefix.tables + table.TableName, value: table };
}

/** AWS answers before it is done. */
function updating(table: TableRecord, indexName: string, status: string): Json {
  const indexes = table.GlobalSecondaryIndexes?.map((index) =>
    index.IndexName === indexName ? { ...index, IndexStatus: status } : index,
  );
  return { TableDescription: { ...table, TableStatus: "UPDATING", GlobalSecondaryIndexes: indexes } };
}
