import { action, type Item, keyPrefix, readTable, run, startingWith } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { commit, keysOf, openUnit } from "./unit-of-work.ts";

const deleteItem = action("deleteItem");

/**
 * Deletes what has ended by this attribute, of every table, as the sandbox starts. AWS deletes at a time of its own choosing,
 * hours later perhaps, so whoever reads has to look at the time anyway.
 */
export function sweep({ store, gate, clock }: Engine, attribute: string): Promise<void> {
  return gate.exclusive(async () => {
    for (const name of await keysOf(store, keyPrefix.tables)) {
      const { TableName, KeySchema } = await readTable(store, name.slice(keyPrefix.tables.length));
      const unit = openUnit(store);
      for await (const value of store.db.values(startingWith(keyPrefix.items(TableName)))) {
        const item = value as Item;
        if (!hasEnded(item[attribute]?.N, clock())) continue;
        const Key = Object.fromEntries(KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]));
        await run(deleteItem, unit.store, { TableName, Key });
      }
      await commit(store, unit.writes);
    }
  });
}

const fiveYears = 5 * 365 * 86_400;

/** In seconds since the epoch. AWS takes a time more than five years ago for a mistake and keeps the item. */
function hasEnded(seconds: string | undefined, now: number): boolean {
  if (seconds === undefined) return false;
  const age = now / 1000 - Number(seconds);
  return age > 0 && age < fiveYears;
}
