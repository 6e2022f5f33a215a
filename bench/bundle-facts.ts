import path from "node:path";
import { bundleOptions, inParts, withPictures } from "@twobytwo/scripts/build";
import { leanBundles } from "@twobytwo/scripts/lean-bundles";
import { root } from "@twobytwo/scripts/root";
import { functions } from "@twobytwo/stacks/blueprint";
import { type BuildOptions, build, type Metafile } from "esbuild";

export interface BundleFacts {
  name: string;
  /** Minified, as deployed: all that is read when the function starts, and not what only some requests load. */
  bytes: number;
  /** SDK clients with code in it, for example `client-s3`. */
  clients: string[];
  /** Bytes by package, the largest first; the project's own as `packages/core` and so on. */
  parts: { name: string; bytes: number }[];
}

/** Every function's bundle, made anew with the deployed options and taken apart. */
export async function bundleFacts(): Promise<BundleFacts[]> {
  const names = functions.map(({ name }) => name);
  const [whole, parted] = await Promise.all([
    metafileOf(
      names.filter((name) => name !== inParts),
      {},
    ),
    metafileOf([inParts], { splitting: true }),
  ]);
  return [whole, parted].flatMap((metafile) =>
    Object.entries(metafile.outputs).flatMap(([file, { entryPoint }]) => {
      const name = path.basename(file, ".js");
      // A part that is loaded on demand has an entry point too: the module that somebody asks for.
      return entryPoint !== undefined && names.includes(name) ? factsOf(metafile, file, name) : [];
    }),
  );
}

async function metafileOf(names: readonly string[], options: BuildOptions): Promise<Metafile> {
  const { metafile } = await build({
    ...bundleOptions,
    ...options,
    entryPoints: names.map((name) => ({
      in: path.join(root, "packages", "functions", "src", `${name}.ts`),
      out: name,
    })),
    chunkNames: "part/[name]-[hash]",
    outdir: path.join(root, "dist", "facts"),
    external: withPictures.beside,
    plugins: [leanBundles],
    metafile: true,
    write: false,
  });
  if (metafile === undefined) throw new Error("esbuild gave no metafile");
  return metafile;
}

function factsOf(metafile: Metafile, entry: string, name: string): BundleFacts {
  const files = new Set([entry]);
  for (const file of files)
    for (const { path: other, kind, external } of metafile.outputs[file]?.imports ?? [])
      if (kind === "import-statement" && !external) files.add(other);
  const sizes = new Map<string, number>();
  for (const file of files)
    for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs[file]?.inputs ?? {}))
      if (bytesInOutput > 0) sizes.set(partOf(input), (sizes.get(partOf(input)) ?? 0) + bytesInOutput);
  const parts = [...sizes]
    .map(([part, bytes]) => ({ name: part, bytes }))
    .sort((one, other) => other.bytes - one.bytes);
  return {
    name,
    bytes: [...files].reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0),
    clients: parts.flatMap((part) => /^@aws-sdk\/(client-.+)$/.exec(part.name)?.[1] ?? []).sort(),
    parts,
  };
}

function partOf(input: string): string {
  const inPackage = [...input.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1];
  return inPackage ?? input.split("/").slice(0, 2).join("/");
}
