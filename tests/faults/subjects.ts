import { mkdir, mkdtemp, readFile, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { definitionFile } from "@twobytwo/sandbox/sandbox";
import { build, type Plugin } from "esbuild";
import { bundleFunctions, bundleOptions, distFunctions } from "../../scripts/build.ts";
import { drawFrom } from "./random.ts";
import type { Subject } from "./world.ts";

export const subjectNames = ["workflow", "baseline", "marks-first", "uploads-again", "one-look"] as const;
export type SubjectName = (typeof subjectNames)[number];

/** What is put through the campaign: the project as it is deployed, the first version, or one broken on purpose. */
export async function subject(name: SubjectName): Promise<Subject> {
  switch (name) {
    case "workflow":
      return { bundles: distFunctions };
    case "baseline":
      return baseline();
    case "marks-first":
      return broken({
        "tweet.ts": [
          "const { id } = await client.post(tweetBody);",
          'await (await import("./post.ts")).markPosted(table, { id: square.id, execution, tweetId: "1", now: clock() });\n    const { id } = await client.post(tweetBody);',
        ],
      });
    case "uploads-again": {
      const definition = JSON.parse(await readFile(definitionFile, "utf8"));
      definition.States["Tweet once uploaded?"].Default = "Fetch media";
      const bundles = await broken({
        "post.ts": [
          'ConditionExpression: "#status = :claimed AND claimedBy = :execution"',
          'ConditionExpression: "#status <> :claimed OR claimedBy = :execution"',
        ],
        "tweet.ts": ["await client.post(tweetBody)", "await client.post(tweetBodyOf(square, mediaId))"],
      });
      return { ...bundles, definition };
    }
    case "one-look":
      return broken({ "schedule.ts": ["const empty = open(after) === 0;", "const empty = true;"] });
  }
}

/** Builds the bundles with one line of core changed. @throws Error when the line is no longer there. */
async function broken(changes: Record<string, [line: string, instead: string]>): Promise<Subject> {
  const bundles = await mkdtemp(path.join(tmpdir(), "twobytwo-broken-"));
  const plugin: Plugin = {
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
  await bundleFunctions(bundles, [plugin]);
  return { bundles };
}

/** One Lambda behind a timer; Lambda itself tries a failed event twice more. */
async function baseline(): Promise<Subject> {
  const bundles = await mkdtemp(path.join(tmpdir(), "twobytwo-baseline-"));
  await bundleFunctions(bundles);
  const outfile = path.join(bundles, "fetch-media", "index.mjs");
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    ...bundleOptions,
    entryPoints: [fileURLToPath(new URL("baseline.ts", import.meta.url))],
    outfile: `${outfile}.tmp`,
  });
  await rename(`${outfile}.tmp`, outfile);
  const draw = drawFrom(1);
  return {
    bundles,
    async run({ sandbox: { lambda } }) {
      const event = { drawn: draw.next() };
      for (let left = 3; left > 0; left -= 1) {
        const result = await lambda.invoke("twobytwo-sandbox-fetch-media", event);
        if (!("error" in result)) return;
      }
    },
  };
}
