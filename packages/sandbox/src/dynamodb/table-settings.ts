import { checked, type Json, keyPrefix, type Rules, readTable, type Store, type TableRecord } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { errorCode, serviceError } from "./service-error.ts";
import { commit } from "./unit-of-work.ts";

/** What dynalite's record of a table has no room for; deleted with the table. */
export interface Settings {
  /** The attribute that says when an item ends; absent while time to live is off. */
  timeToLive?: string;
  backups?: { since: number };
}

export async function readSettings(store: Store, table: string): Promise<Settings> {
  return ((await store.db.get(keyPrefix.settings(table))) ?? {}) as Settings;
}

export async function writeSettings(store: Store, table: string, value: Settings): Promise<void> {
  await commit(store, [{ type: "put", key: keyPrefix.settings(table), value }]);
}

export const tableName = { type: "String", required: true, tableName: true, regex: "[a-zA-Z0-9_.-]+" };

const updateRules: Rules = {
  types: {
    TableName: tableName,
    PointInTimeRecoverySpecification: {
      type: "FieldStruct<PointInTimeRecoverySpecification>",
      notNull: true,
      children: { PointInTimeRecoveryEnabled: { type: "Boolean", notNull: true } },
    },
  },
};

const recoveryDays = 35;

/** Stores that recovery is wanted; there are no backups to recover from. */
export function updateContinuousBackups(engine: Engine, body: Json): Promise<Json> {
  const { store, gate, clock } = engine;
  const input = checked(store, updateRules, body);
  const wanted = input["PointInTimeRecoverySpecification"] as Json;
  return gate.exclusive(async () => {
    const table = await backedUpTable(store, input["TableName"]);
    const { backups, ...others } = await readSettings(store, table.TableName);
    const settings = wanted["PointInTimeRecoveryEnabled"]
      ? { ...others, backups: { since: backups?.since ?? clock() } }
      : others;
    await writeSettings(store, table.TableName, settings);
    return backupsDescription(settings, clock());
  });
}

export function describeContinuousBackups(engine: Engine, body: Json): Promise<Json> {
  const { store, gate, clock } = engine;
  const input = checked(store, { types: { TableName: tableName } }, body);
  return gate.shared(async () => {
    const table = await backedUpTable(store, input["TableName"]);
    return backupsDescription(await readSettings(store, table.TableName), clock());
  });
}

function backupsDescription({ backups }: Settings, now: number): Json {
  const recovery = backups
    ? {
        PointInTimeRecoveryStatus: "ENABLED",
        RecoveryPeriodInDays: recoveryDays,
        EarliestRestorableDateTime: Math.max(backups.since, now - recoveryDays * 86_400_000) / 1000,
        LatestRestorableDateTime: now / 1000,
      }
    : { PointInTimeRecoveryStatus: "DISABLED" };
  return {
    ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription: recovery },
  };
}

/** The backup calls have a name of their own for a table that is not there. */
async function backedUpTable(store: Store, name: unknown): Promise<TableRecord> {
  try {
    return await readTable(store, String(name));
  } catch (error) {
    if (errorCode(error) !== "ResourceNotFoundException") throw error;
    throw serviceError("TableNotFoundException", `Table not found: ${name}`);
  }
}
