import {
  action,
  checked,
  type Item,
  type Json,
  keyPrefix,
  type Rules,
  readTable,
  run,
  startingWith,
  type TableRecord,
} from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { validationError } from "./service-error.ts";
import { commit, keysOf, openUnit } from "./unit-of-work.ts";

const deleteItem = action("deleteItem");

const updateRules: Rules = {
  types: {
    TableName: { type: "String", required: true, tableName: true, regex: "[a-zA-Z0-9_.-]+" },
    TimeToLiveSpecification: {
      type: "FieldStruct<TimeToLiveSpecification>",
      notNull: true,
      children: {
        AttributeName: { type: "String", notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 255 },
        Enabled: { type: "Boolean", notNull: true },
      },
    },
  },
};

/** What dynalite's record of a table has no room for; deleted with the table. */
interface Settings {
  /** The attribute that says when an item ends; absent while time to live is off. */
  timeToLive?: string;
}

/** Switches it on; nobody here wants it off again. */
export function updateTimeToLive({ store, gate }: Engine, body: Json): Promise<Json> {
  const input = checked(store, updateRules, body);
  const specification = input["TimeToLiveSpecification"] as { AttributeName: string; Enabled: boolean };
  const { AttributeName: timeToLive, Enabled: enabled } = specification;
  return gate.exclusive(async () => {
    const { TableName: table } = await readTable(store, String(input["TableName"]));
    if (!enabled) throw validationError("The sandbox's TimeToLive cannot be disabled");
    if ((await attributeOf({ store }, table)) !== undefined) throw validationError("TimeToLive is already enabled");
    const value: Settings = { timeToLive };
    await commit(store, [{ type: "put", key: keyPrefix.settings(table), value }]);
    return { TimeToLiveSpecification: specification };
  });
}

async function attributeOf({ store }: Pick<Engine, "store">, table: string): Promise<string | undefined> {
  return ((await store.db.get(keyPrefix.settings(table))) as Settings | undefined)?.timeToLive;
}

/**
 * Deletes what has ended, of every table, as the sandbox starts. AWS deletes at a time of its own choosing, hours later
 * perhaps, so whoever reads has to look at the time anyway.
 */
export function sweep(engine: Engine): Promise<void> {
  const { store, gate } = engine;
  return gate.exclusive(async () => {
    for (const key of await keysOf(store, keyPrefix.tables)) {
      const table = await readTable(store, key.slice(keyPrefix.tables.length));
      const attribute = await attributeOf(engine, table.TableName);
      if (attribute !== undefined) await deleteExpired(engine, table, attribute);
    }
  });
}

/** Only alone behind the gate: an item that is made to last longer meanwhile would be lost. */
async function deleteExpired({ store, clock }: Engine, table: TableRecord, attribute: string): Promise<void> {
  const unit = openUnit(store);
  const now = clock();
  for await (const value of store.db.values(startingWith(keyPrefix.items(table.TableName)))) {
    const item = value as Item;
    if (!hasEnded(item[attribute]?.N, now)) continue;
    const key = Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name]]));
    await run(deleteItem, unit.store, { TableName: table.TableName, Key: key });
  }
  await commit(store, unit.writes);
}

const fiveYears = 5 * 365 * 86_400;

/** In seconds since the epoch. AWS takes a time more than five years ago for a mistake and keeps the item. */
function hasEnded(seconds: string | undefined, now: number): boolean {
  if (seconds === undefined) return false;
  const age = now / 1000 - Number(seconds);
  return age > 0 && age < fiveYears;
}
