import { createRequire } from "node:module";

/**
 * The parts of dynalite 4.0.0 that the sandbox is built on, typed: its store, its actions and its validations.
 * Its HTTP server is not used: that one dies when a client hangs up, and answers `UnknownOperationException`
 * to transactions. The version is pinned because everything here is internal to the package.
 */
const dynalite = createRequire(import.meta.url);

export type Json = Record<string, unknown>;

/** As on the wire, for example `{ S: "queued" }`; binary is base64. */
export interface AttributeValue {
  S?: string;
  N?: string;
  [type: string]: unknown;
}
export type Item = Record<string, AttributeValue>;

interface KeyElement {
  AttributeName: string;
  KeyType: string;
}
/** What dynalite keeps of a table, and what `DescribeTable` shows. */
export interface TableRecord extends Json {
  TableName: string;
  KeySchema: KeyElement[];
}

export type Done<T = unknown> = (error: unknown, result?: T) => void;
export type Write = { type: "put"; key: string; value: unknown } | { type: "del"; key: string };

interface Range {
  gte?: string;
  lt?: string;
}

/** LevelDB, or its twin in memory; a batch is written whole or not at all. */
export interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string, done: Done): void;
  getSync(key: string): unknown;
  batch(writes: readonly Write[]): Promise<void>;
  keys(range: Range): AsyncIterable<string>;
  values(range: Range): AsyncIterable<unknown>;
}

/** A share of the keys of the one LevelDB: a table's items, an index's rows, or the records of all tables. */
export interface Section {
  get(key: string, done: Done): void;
  put(key: string, value: unknown, done: Done): void;
  del(key: string, done: Done): void;
}

export interface Store {
  db: Level;
  tableDb: Section;
  getItemDb(table: string): Section;
  getIndexDb(type: string, table: string, index: string): Section;
  deleteItemDb(table: string, done: Done): void;
  deleteIndexDb(type: string, table: string, index: string, done: Done): void;
  deleteTagDb(table: string, done: Done): void;
  getTable(table: string, evenWhileChanging: false, done: Done<TableRecord>): void;
  getTable(table: string, done: Done<TableRecord>): void;
}

export type Action = (store: Store, input: Json, done: Done<Json>) => void;

/** dynalite's own schema language; a nested value is a structure with `children`. */
export type Types = Record<string, unknown>;
export interface Rules {
  types: Types;
  /** Says what is wrong; leaves parsed expressions in `input` for the action. */
  custom?: (input: Json, store: Store) => string | undefined;
}

interface Database {
  create(options: { path?: string; createTableMs: 0; updateTableMs: 0; deleteTableMs: 0 }): Store;
  createKey(keyOrItem: Item, table: TableRecord): string;
  validateKey(key: Item, table: TableRecord): Error | undefined | null;
  validateItem(item: Item, table: TableRecord): Error | undefined | null;
}

export const database: Database = dynalite("dynalite/db");

const validations: {
  checkTypes(input: Json, types: Types): Json;
  checkValidations(input: Json, types: Types, custom: Rules["custom"], store: Store): void;
} = dynalite("dynalite/validations");

/** @param name As in dynalite's folders: `putItem`. */
export function action(name: string): Action {
  return dynalite(`dynalite/actions/${name}`);
}

/** @param name As in dynalite's folders: `putItem`. */
export function rules(name: string): Rules {
  return dynalite(`dynalite/validations/${name}`);
}

/**
 * Drops what the rules do not name and parses expressions.
 * @throws SerializationException or ValidationException with AWS's words.
 */
export function checked(store: Store, ruleSet: Rules, input: Json): Json {
  const known = validations.checkTypes(input, ruleSet.types);
  validations.checkValidations(known, ruleSet.types, ruleSet.custom, store);
  return known;
}

/** Runs one action to its end; it reads and writes through `store`. */
export function run(perform: Action, store: Store, input: Json): Promise<Json> {
  return new Promise((resolve, reject) => {
    perform(store, input, (error, result) => (error ? reject(error) : resolve(result || {})));
  });
}

/** @throws ResourceNotFoundException also for a table that is being made or deleted. */
export function readTable(store: Store, name: string): Promise<TableRecord> {
  return new Promise((resolve, reject) => {
    store.getTable(name, (error, table) => (table && !error ? resolve(table) : reject(error)));
  });
}

/** Where dynalite keeps what in the one LevelDB. */
export const keyPrefix = {
  tables: "table~",
  items: (table: string) => `item-${table}~`,
  index: (type: string, table: string, index: string) => `index-${type.toLowerCase()}~${table}~${index}~`,
  tags: (table: string) => `tag-${table}~`,
  /** Ours: dynalite uses none that begins so. */
  tokens: "sandbox-token~",
} as const;

/** All keys that begin so; every character after a prefix is ASCII. */
export function startingWith(prefix: string): Range {
  return { gte: prefix, lt: `${prefix}\xff` };
}
