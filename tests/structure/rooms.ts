import path from "node:path";
import type { Arrow } from "./imports.ts";

/**
 * The rooms of core, and which of the others each may import; the highest first. Nothing imports upwards, so that whoever
 * changes a room has only those above it to think of.
 */
const rooms: Record<string, readonly string[]> = {
  doctor: ["inbox", "posting", "schedule", "x", "squares", "ports"],
  curating: ["adding", "asking", "bluesky", "posting", "queue", "schedule", "squares", "pictures", "ports"],
  inbox: ["adding", "access", "squares", "pictures", "ports"],
  archive: ["schedule", "squares", "concurrency", "ports"],
  adding: ["access", "bluesky", "queue", "schedule", "squares", "pictures", "concurrency", "ports"],
  asking: ["networks", "posting", "squares"],
  ports: ["queue", "schedule", "squares"],
  watch: ["sharing", "posting", "schedule", "squares"],
  sharing: ["bluesky", "networks", "posting", "squares"],
  posting: ["x", "schedule", "squares", "pictures"],
  queue: ["squares"],
  schedule: ["squares"],
  access: ["squares"],
  x: ["networks", "pictures"],
  bluesky: ["networks", "pictures", "squares"],
  networks: ["pictures"],
  squares: ["cost"],
  pictures: ["concurrency"],
  runs: [],
  concurrency: [],
  cost: [],
};

/** Files that every room may import. */
const ground: ReadonlySet<string> = new Set(["errors", "aws-errors", "clock", "persistently", "counted", "bucket"]);

/** A tree of folders whose imports have directions. */
export interface House {
  /** From the root, with a slash at its end. */
  folder: string;
  /** Each room, and the others that it may import. */
  rooms: Record<string, readonly string[]>;
  /** Rooms that every other may import. */
  ground: ReadonlySet<string>;
  /** Beginnings of the paths that every room may import from elsewhere. */
  outside: readonly string[];
}

export const core: House = { folder: "packages/core/src/", rooms, ground, outside: [] };

/** The room of a file: its folder, or its own name where it is in none. */
export function roomOf(file: string, { folder }: House): string | undefined {
  if (!file.startsWith(folder)) return undefined;
  const [first = "", ...more] = file.slice(folder.length).split("/");
  return more.length > 0 ? first : path.posix.parse(first).name;
}

/** Arrows within a house against its directions; also those of a room that nobody has named, and those that leave the house. */
export function upwards(arrows: readonly Arrow[], house: House): Arrow[] {
  return arrows.filter(({ from, to }) => {
    const [room, other] = [roomOf(from, house), roomOf(to, house)];
    if (room === undefined || room === other) return false;
    if (other === undefined) return !house.outside.some((beginning) => to.startsWith(beginning));
    if (house.ground.has(room)) return !house.ground.has(other);
    return !(house.ground.has(other) || house.rooms[room]?.includes(other));
  });
}
