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
import { readSettings, tableName, writeSettings } from "./table-settings.ts";
import { commit, keysOf, openUnit } from "./unit-of-work.ts";

const deleteItem = action("deleteItem");

const updateRules: Rules = {
  types: {
    TableName: tableName,
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

export function updateTimeToLive({ store, gate }: Engine, body: Json): Promise<Json> {
  const input = checked(store, updateRules, body);
  const specification = input["TimeToLiveSpecification"] as { AttributeName: string; Enabled: boolean };
  const { AttributeName: attribute, Enabled: enabled } = specification;
  return gate.exclusive(async () => {
    const { TableName: table } = await readTable(store, String(input["TableName"]));
    const { timeToLive: current, ...others } = await readSettings(store, table);
    if (enabled && current !== undefined) throw validationError("TimeToLive is already enabled");
    if (!enabled && current === undefined) throw validationError("TimeToLive is already disabled");
    if (!enabled && current !== attribute) {
      throw validationError(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
    }
    await writeSettings(store, table, enabled ? { ...others, timeToLive: attribute } : others);
    return { TimeToLiveSpecification: specification };
  });
}

/**
 * Also the moment at which what has ended is deleted. AWS deletes at a time of its own choosing, hours later perhaps,
 * so whoever reads has to look at the time anyway; here a test decides when, and no timer runs in the background.
 */
export async function describeTimeToLive(engine: Engine, body: Json): Promise<Json> {
  const { store, gate } = engine;
  const input = checked(store, { types: { TableName: tableName } }, body);
  return gate.exclusive(async () => {
    const table = await readTable(store, String(input["TableName"]));
    const { timeToLive } = await readSettings(store, table.TableName);
    if (timeToLive === undefined) return { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } };
    await deleteExpired(engine, table, timeToLive);
    return { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive } };
  });
}

/** Deletes what has ended, of every table. */
export function sweep(engine: Engine): Promise<void> {
  const { store, gate } = engine;
  return gate.exclusive(async () => {
    for (const key of await keysOf(store, keyPrefix.tables)) {
      const table = await readTable(store, key.slice(keyPrefix.tables.length));
      const { timeToLive } = await readSettings(store, table.TableName);
      if (timeToLive !== undefined) await deleteExpired(engine, table, timeToLive);
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
