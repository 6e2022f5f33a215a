import {
  type Done,
  type Item,
  type Json,
  keyPrefix,
  type Section,
  type Store,
  startingWith,
  type Write,
} from "./dynalite.ts";
import { errorCode, validationError } from "./service-error.ts";

/** dynalite drops what its rules do not name, and they do not name this one. */
export const conditionFailureTypes = {
  ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] },
};

/** What the failed condition was checked against, where the request asked for it and the item exists. */
export function itemOfFailure(input: Json, error: unknown, found: Item | undefined): { Item?: Item } {
  const wanted = input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD";
  return wanted && found && errorCode(error) === "ConditionalCheckFailedException" ? { Item: found } : {};
}

/**
 * What one action writes, held back so that it reaches LevelDB as one batch. LevelDB writes a batch whole or not at
 * all, so a process killed at any moment leaves no item without its index rows, and no half of a transaction.
 */
export interface Unit {
  /** Reads what is stored; what is written through it only shows after the commit. */
  store: Store;
  writes: Write[];
  /** The item that the action read, before its change: the one that a condition was checked against. */
  found: Item | undefined;
}

/** The caller commits, or drops the unit; for actions that write each item once. */
export function openUnit(store: Store): Unit {
  return recording(store, (write, done) => {
    write();
    queueMicrotask(() => done(null));
  });
}

/** Commits as the action writes its item, which is after the index rows and before it lets go of the item's lock. */
export function openItemUnit(store: Store): Unit {
  const unit = recording(store, (write, done, section) => {
    write();
    if (section !== "item") return queueMicrotask(() => done(null));
    void commit(store, unit.writes).then(
      () => setImmediate(done, null),
      (error) => setImmediate(done, error),
    );
  });
  return unit;
}

/**
 * For CreateTable and DeleteTable. dynalite writes the table's record twice, once with what AWS would
 * show meanwhile (`CREATING`) and a moment after its answer with the end; only the end is ever stored here.
 */
export function openTableUnit(store: Store): Unit & { ended: Promise<void> } {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let records = 0;
  const unit = recording(store, (write, done, section) => {
    write();
    if (section === "record") records += 1;
    if (records < 2) return queueMicrotask(() => done(null));
    void commit(store, unit.writes).then(resolve, reject);
  });
  return { ...unit, ended };
}

export async function commit(store: Store, writes: readonly Write[]): Promise<void> {
  await store.db.batch(writes);
}

type SectionKind = "item" | "index" | "record";

function recording(store: Store, onWrite: (write: () => void, done: Done, section: SectionKind) => void): Unit {
  const unit: Unit = { store, writes: [], found: undefined };

  function section(db: Section, prefix: string, kind: SectionKind): Section {
    return {
      ...db,
      get: (key, done) =>
        db.get(key, (error, value) => {
          if (kind === "item") unit.found = value as Item | undefined;
          done(error, value);
        }),
      put(key, value, done) {
        if (kind === "index" && hasEmptyPart(key)) return queueMicrotask(() => done(emptyIndexKey()));
        onWrite(() => unit.writes.push({ type: "put", key: prefix + key, value }), done, kind);
      },
      del: (key, done) => onWrite(() => unit.writes.push({ type: "del", key: prefix + key }), done, kind),
    };
  }

  function deleteAll(prefix: string, done: Done): void {
    void keysOf(store, prefix).then((keys) => {
      for (const key of keys) unit.writes.push({ type: "del", key });
      setImmediate(done, null);
    }, done);
  }

  unit.store = {
    ...store,
    tableDb: section(store.tableDb, keyPrefix.tables, "record"),
    getItemDb: (table) => section(store.getItemDb(table), keyPrefix.items(table), "item"),
    getIndexDb: (type, table, index) =>
      section(store.getIndexDb(type, table, index), keyPrefix.index(type, table, index), "index"),
    deleteItemDb: (table, done) => deleteAll(keyPrefix.items(table), done),
    deleteIndexDb: (type, table, index, done) => deleteAll(keyPrefix.index(type, table, index), done),
    deleteTagDb: (table, done) => deleteAll(keyPrefix.tags(table), done),
  };
  return unit;
}

/** dynalite writes a row's key as the hex of each part with slashes between; AWS takes no empty string for a part. */
function hasEmptyPart(key: string): boolean {
  return key.includes("//");
}

function emptyIndexKey(): Error {
  return validationError(
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
      "The AttributeValue for a key attribute cannot contain an empty string value.",
  );
}

export async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.db.keys(startingWith(prefix))) keys.push(key);
  return keys;
}
