import { ahead } from "../concurrency/ahead.ts";
import { type Budget, createBudget } from "../concurrency/budget.ts";
import { TaskError } from "../errors.ts";
import { requireFileSize } from "../pictures/read.ts";
import type { Ports } from "../ports.ts";
import { type NextPlace, placesByTime } from "../queue/places.ts";
import type { AddProgress, AddSummary, FileResult } from "./add-many.ts";
import { factsOfTaken, notAdded } from "./add-square.ts";
import { commitRows } from "./commit.ts";
import { type Fresh, inspect, squareOf } from "./inspect.ts";
import { keysOf, putObjects } from "./objects.ts";
import type { PictureFile } from "./picture-files.ts";

const mostAtOnce = 4;
/** Bytes of originals in memory at once; a larger file has all of it. */
const memory = 256 * 1024 * 1024;

/**
 * Adds pictures that another program has posted, as posted squares: nothing comes into the queue. The id of the post
 * and its time are not known; where the square stands among the posted ones is when it was added here.
 *
 * @throws what concerns all pictures, once those at work are done with.
 */
export async function addPosted(
  ports: Ports,
  sources: AsyncIterable<PictureFile>,
  onProgress: (progress: AddProgress) => void,
): Promise<Pick<AddSummary, "added" | "skipped" | "refused">> {
  const summary: Pick<AddSummary, "added" | "skipped" | "refused"> = { added: [], skipped: [], refused: [] };
  const room = createBudget(memory);
  const nextPlace = placesByTime(ports);
  const begun = ahead(sources, mostAtOnce, async (file) => ({
    ended: await addOne(ports, file, { room, nextPlace }).catch((error: unknown) => ({ error, name: file.name })),
    release: () => {},
  }));
  let done = 0;
  for await (const { ended } of begun) {
    const result = "outcome" in ended ? ended : refusal(ended);
    done += 1;
    const { name } = result;
    if (result.outcome === "added") summary.added.push({ name, id: result.square.id, warnings: [] });
    else if (result.outcome === "refused") summary.refused.push(result);
    else summary.skipped.push(result);
    onProgress({ done, result });
  }
  return summary;
}

/** @throws what concerns all pictures. */
function refusal({ error, name }: { error: unknown; name: string }): FileResult & { outcome: "refused" } {
  if (!(error instanceof TaskError)) throw error;
  return { name, outcome: "refused", error: error.name, message: error.message };
}

async function addOne(
  ports: Ports,
  file: PictureFile,
  run: { room: Budget; nextPlace: NextPlace },
): Promise<FileResult> {
  const { name, size, words } = file;
  const release = await run.room.take(size);
  try {
    requireFileSize(name, size);
    const inspected = await inspect(ports, { name, words, bytes: await file.read() }, { allowSimilar: true });
    if (inspected.outcome === "fresh") return await store(ports, inspected, run.nextPlace);
    return { name, outcome: "skipped", equals: inspected.equals, message: sameAs(ports, inspected.equals) };
  } finally {
    release();
  }
}

async function store(ports: Ports, fresh: Fresh, nextPlace: NextPlace): Promise<FileResult> {
  const { name, picture, likeRows, allowSimilar, instead } = fresh;
  const keys = keysOf(picture, {});
  await putObjects(ports, picture, keys);
  const sortKey = await nextPlace();
  const square = squareOf(fresh, { id: ports.newId(), sortKey, status: "posted", keys, now: ports.clock() });
  const row = { square, likeRows, allowSimilar, ...(instead !== undefined && { instead }) };
  const [taken] = await commitRows(ports, [row]);
  if (taken === undefined) return { name, outcome: "added", square, warnings: [] };
  const equals = await factsOfTaken(ports, square.sha256, taken);
  return { name, outcome: "skipped", equals, message: sameAs(ports, equals) };
}

const sameAs = (ports: Ports, equals: Parameters<typeof notAdded>[1]) =>
  notAdded("same", equals, ports.clock()).message;
