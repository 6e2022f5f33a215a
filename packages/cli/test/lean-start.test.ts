import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { build } from "esbuild";
import { expect, it } from "vitest";

/** What is loaded before it is known which verb was called: files from the root, and packages that are not compiled in. */
async function loadedAtOnce(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["packages/cli/src/main.ts"],
    outdir: path.join(root, "dist"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["@aws-sdk/*", "@smithy/*", "sharp", "libheif-js", "classic-level", "esbuild", "vite"],
    logLevel: "silent",
    metafile: true,
    write: false,
  });
  const [first = ""] = Object.entries(metafile.outputs).flatMap(([file, { entryPoint }]) =>
    entryPoint === "packages/cli/src/main.ts" ? [file] : [],
  );
  const files = new Set([first]);
  const packages = new Set<string>();
  for (const file of files)
    for (const { path: to, kind, external } of metafile.outputs[file]?.imports ?? [])
      if (kind === "import-statement") (external ? packages : files).add(to);
  const sources = [...files].flatMap((file) =>
    Object.entries(metafile.outputs[file]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [input] : [],
    ),
  );
  return [...sources, ...packages];
}

it("loads no verb and nothing of AWS's before a verb is called", async () => {
  const loaded = await loadedAtOnce();
  expect(loaded).toContain("packages/cli/src/all-verbs.ts");
  expect(
    loaded.filter((name) => /^packages\/cli\/src\/verbs\/|@aws-sdk|@smithy|valibot|classic-level/.test(name)),
  ).toEqual([]);
});
