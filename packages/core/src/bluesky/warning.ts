import { captionOf } from "../squares/caption.ts";
import { readConnection } from "../squares/connection.ts";
import type { Table } from "../squares/table.ts";
import type { Words } from "../squares/words.ts";
import { tooLongForBluesky } from "./text.ts";

/** A sentence where X takes the words and Bluesky, if it is connected, does not. */
export async function blueskyWarning(table: Table, name: string, words: Words): Promise<string[]> {
  const flaw = tooLongForBluesky(captionOf(words));
  if (flaw === undefined || (await readConnection(table)) === undefined) return [];
  return [`The caption of ${name} ${flaw}: it is posted on X alone. Shorten it to share it on both.`];
}
