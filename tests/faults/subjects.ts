import { cp } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { drawFrom } from "@twobytwo/sandbox/test/random";
import { bundleOptions, distFunctions } from "@twobytwo/scripts/build";
import { build } from "esbuild";
import type { Subject } from "./world.ts";

/** What is put through the campaign: the project as it is deployed, or the first version. */
export const subjectNames = ["workflow", "baseline"] as const;
export type SubjectName = (typeof subjectNames)[number];

/**
 * Builds what a subject runs, once for all players: into `folder`, or `dist/functions` itself is all that it needs.
 *
 * @returns the folder of its bundles
 */
export async function buildSubject(name: SubjectName, folder: string): Promise<string> {
  if (name === "workflow") return distFunctions;
  await cp(distFunctions, folder, { recursive: true });
  await buildBaseline(folder);
  return folder;
}

/** A subject, whose bundles are built. */
export async function subject(name: SubjectName, bundles: string): Promise<Subject> {
  if (name === "baseline") return { bundles, run: runBaseline(drawFrom(1)) };
  return { bundles };
}

/** One Lambda behind a timer stands where the sandbox expects `fetch-media`. */
async function buildBaseline(bundles: string): Promise<void> {
  await build({
    ...bundleOptions,
    entryPoints: [fileURLToPath(new URL("baseline.ts", import.meta.url))],
    outfile: path.join(bundles, "fetch-media", "index.mjs"),
    allowOverwrite: true,
  });
}

/** Lambda itself tries a failed event twice more. */
const runBaseline =
  (draw: ReturnType<typeof drawFrom>): NonNullable<Subject["run"]> =>
  async ({ sandbox: { lambda } }) => {
    const event = { drawn: draw.next() };
    for (let left = 3; left > 0; left -= 1) {
      const result = await lambda.invoke("twobytwo-sandbox-fetch-media", event);
      if (!("error" in result)) return;
    }
  };
