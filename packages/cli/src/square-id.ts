import { TaskError } from "@twobytwo/core/errors";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { resolveId } from "@twobytwo/core/squares/list";
import type { Deployment } from "./deployment.ts";

/**
 * The id that a person means: the id, the beginning of one, or `next` for what `2x2 next` shows first.
 *
 * @throws Rejected where no square or more than one fits.
 */
export async function idOf(ports: Deployment, wanted: string): Promise<string> {
  if (wanted !== "next") return resolveId(ports.table, wanted);
  const [first] = (await nextPosts(ports, { count: 1 })).posts;
  if (first === undefined) throw new TaskError("rejected", "The queue is empty, so there is no next square: add one.");
  return first.square.id;
}
