import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere, writeWhole } from "../saved-state.ts";
import { database, type Store } from "./dynalite.ts";

interface Owner {
  pid: number;
  url: string;
}

/**
 * Without a directory it lives in memory. With one, LevelDB's own lock keeps every other process out: the operating
 * system takes it from a process that dies, so unlike a file with a process id it cannot be left behind.
 * @throws Error that names the process which has the directory.
 */
export async function openStore(directory: string | undefined) {
  const instantly = { createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 } as const;
  if (directory === undefined) {
    const store = readingAtOnce(database.create(instantly));
    await store.db.open();
    return { store, claim: (_: Owner) => {}, close: () => store.db.close() };
  }
  await mkdir(directory, { recursive: true });
  const owner = join(directory, "owner.json");
  const store = readingAtOnce(database.create({ ...instantly, path: join(directory, "leveldb") }));
  try {
    await store.db.open();
  } catch (error) {
    throw openFailure(directory, owner, error);
  }
  return {
    store,
    /** Leaves word for whoever comes second: who holds the directory, and where it answers. */
    claim: (claimed: Owner) => writeWhole(owner, JSON.stringify(claimed)),
    async close() {
      await rm(owner, { force: true });
      await store.db.close();
    },
  };
}

/** A row comes from memory within microseconds, which waking another thread for it takes a hundred of. dynalite reads through this too. */
function readingAtOnce(store: Store): Store {
  const read = async (key: string) => store.db.getSync(key);
  store.db.get = (key, done) => void read(key).then((value) => done(null, value), done);
  return store;
}

function openFailure(directory: string, owner: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as { code?: string; message?: string };
  if (code !== "LEVEL_LOCKED") {
    return new Error(
      `The sandbox's table in ${directory} cannot be opened (${message}): move the directory away to start with an empty one.`,
      { cause },
    );
  }
  // Not yet there in the moment between another process's opening and its claim.
  const holder: Owner | null = JSON.parse(readIfThere(owner) || "null");
  const [who, where] = holder ? [`process ${holder.pid}`, ` at ${holder.url}`] : ["another process", ""];
  return new Error(
    `The sandbox's table in ${directory} is open in ${who}: use that one${where}, stop it, or choose another directory with TWOBYTWO_SANDBOX_DIR.`,
    { cause },
  );
}
