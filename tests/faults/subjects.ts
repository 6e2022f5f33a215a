import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { definitionFile } from "@twobytwo/sandbox/sandbox";
import { build, type Plugin } from "esbuild";
import { bundleFunctions, bundleOptions, distFunctions, withPictures } from "../../scripts/build.ts";
import { functions } from "../../stacks/blueprint.ts";
import { drawFrom } from "./random.ts";
import type { Subject } from "./world.ts";

/** What is put through the campaign: the project as it is deployed, the first version, or one broken on purpose. */
export const subjectNames = ["workflow", "baseline", "marks-first", "uploads-again", "one-look"] as const;
export type SubjectName = (typeof subjectNames)[number];

/** The functions that a run may need; those that prepare pictures are most of a build. */
const inRuns = new Set(functions.map(({ name }) => name).filter((name) => !withPictures.names.includes(name)));

/** What is broken on purpose: lines of core, by the file. */
const changes: Partial<Record<SubjectName, Record<string, [line: string, instead: string]>>> = {
  "marks-first": {
    "tweet.ts": [
      "const { id } = await client.post(start.tweetBody);",
      'await (await import("./post.ts")).markPosted(table, { id: square.id, execution, tweetId: "1", now: clock() });\n    const { id } = await client.post(start.tweetBody);',
    ],
  },
  "uploads-again": {
    "post.ts": [
      'ConditionExpression: "#status = :claimed AND claimedBy = :execution"',
      'ConditionExpression: "#status <> :claimed OR claimedBy = :execution"',
    ],
    "tweet.ts": ["await client.post(start.tweetBody)", "await client.post(tweetBodyOf(square, mediaId))"],
  },
  "one-look": { "schedule.ts": ["sleepsWhenEmpty && open(stock) === 0 &&", "sleepsWhenEmpty &&"] },
};

/**
 * Builds what a subject runs, once for all players: into `folder`, or `dist/functions` itself is all that it needs.
 *
 * @returns the folder of its bundles
 */
export async function buildSubject(name: SubjectName, folder: string): Promise<string> {
  if (name === "workflow") return distFunctions;
  await cp(distFunctions, folder, { recursive: true });
  if (name === "baseline") await buildBaseline(folder);
  else await bundleFunctions(folder, [broken(changes[name] ?? {})], inRuns);
  return folder;
}

/** A subject, whose bundles are built. */
export async function subject(name: SubjectName, bundles: string): Promise<Subject> {
  if (name === "baseline") return { bundles, run: runBaseline(drawFrom(1)) };
  if (name !== "uploads-again") return { bundles };
  const definition = JSON.parse(await readFile(definitionFile, "utf8"));
  definition.States["Tweet once uploaded?"].Default = "Fetch media";
  return { bundles, definition };
}

/** Changes a line of core on its way into the bundles. @throws Error when the line is no longer there. */
function broken(changes: Record<string, [line: string, instead: string]>): Plugin {
  return {
    name: "broken",
    setup({ onLoad }) {
      onLoad({ filter: /packages[\\/]core[\\/]src[\\/][\w-]+\.ts$/ }, async ({ path: file }) => {
        const change = changes[path.basename(file)];
        if (change === undefined) return undefined;
        const source = await readFile(file, "utf8");
        if (!source.includes(change[0])) throw new Error(`${file} has no line ${change[0]}`);
        return { contents: source.replace(change[0], () => change[1]), loader: "ts" };
      });
    },
  };
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
