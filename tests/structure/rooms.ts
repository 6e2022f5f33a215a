import path from "node:path";
import type { Arrow } from "./imports.ts";

const core = "packages/core/src/";

/**
 * The rooms of core, and which of the others each may import; the highest first. Nothing imports upwards, so that whoever
 * changes a room has only those above it to think of.
 */
export const rooms: Record<string, readonly string[]> = {
  doctor: ["inbox", "posting", "schedule", "x", "squares", "ports"],
  curating: ["adding", "asking", "posting", "queue", "schedule", "squares", "pictures", "ports"],
  inbox: ["adding", "access", "squares", "pictures", "ports"],
  archive: ["schedule", "squares", "concurrency", "ports"],
  adding: ["access", "queue", "schedule", "squares", "pictures", "concurrency", "ports"],
  asking: ["posting", "squares"],
  ports: ["queue", "schedule", "squares"],
  watch: ["posting", "schedule", "squares"],
  posting: ["x", "schedule", "squares", "pictures"],
  queue: ["squares"],
  schedule: ["squares"],
  access: ["squares"],
  x: ["pictures"],
  squares: ["cost"],
  pictures: ["concurrency"],
  runs: [],
  concurrency: [],
  cost: [],
};

/** Files that every room may import. */
export const ground: ReadonlySet<string> = new Set([
  "errors",
  "aws-errors",
  "clock",
  "persistently",
  "counted",
  "bucket",
]);

/** The room of a file of core: its folder, or its own name where it stands in none. */
export function roomOf(file: string): string | undefined {
  if (!file.startsWith(core)) return undefined;
  const [first = "", ...more] = file.slice(core.length).split("/");
  return more.length > 0 ? first : path.posix.basename(first, ".ts");
}

/** Arrows of core against the directions; also those of a room that nobody has named. */
export function upwards(arrows: readonly Arrow[]): Arrow[] {
  return arrows.filter(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (room === undefined) return false;
    if (other === undefined) return true;
    if (room === other) return false;
    if (ground.has(room)) return !ground.has(other);
    return !(ground.has(other) || rooms[room]?.includes(other));
  });
}
