import { claimNext } from "@twobytwo/core/posting/claim";
import type { Square } from "@twobytwo/core/squares/square";
import { readSquare, type Table } from "@twobytwo/core/squares/table";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { startX, type XEmulator } from "@twobytwo/sandbox/x/server";
import { painting } from "../pictures/pictures.ts";
import { emptyTable, putQueued } from "../squares/table-fixture.ts";

export const now = Date.parse("2026-11-24T18:00:00Z");
export const at = "2026-11-24T18:00:00.000Z";
export const execution = "run-1";

export interface Posting {
  table: Table;
  x: XEmulator;
  client: XClient;
  /** An upload of a painting of its own number. */
  upload(number?: number): Promise<string>;
  square(): Promise<Square>;
  close(): Promise<void>;
}

/** The square `a`, claimed by `run-1` at 18:00 out of rank `m`, and an X to post it to. */
export async function openPosting(): Promise<Posting> {
  const { table, close } = await emptyTable();
  const credentials = { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" };
  const x = await startX({ credentials, clock: () => now, authClock: Date.now });
  // It signs with the time, and X takes no signature of another day.
  const client = createXClient({ credentials, baseUrl: x.url, clock: Date.now, deadlineMs: 20_000 });
  await putQueued(table, { id: "a", sortKey: "m" });
  await claimNext(table, { execution, now });
  return {
    table,
    x,
    client,
    async upload(number = 1) {
      const bytes = await painting(number);
      return (await client.upload({ contentType: "image/jpeg", size: bytes.length, chunks: [bytes] })).id;
    },
    square: async () => (await readSquare(table, "a")) as Square,
    async close() {
      await x.close();
      await close();
    },
  };
}
