import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { functions } from "@twobytwo/stacks/blueprint";
import { renderTemplate } from "@twobytwo/stacks/cloudformation";
import { githubRole } from "@twobytwo/stacks/cloudformation/github-role";
import type { Template } from "@twobytwo/stacks/cloudformation/template";
import { policies } from "@twobytwo/stacks/policies";
import { buildFunctions, distFunctions, withPictures } from "./build.ts";
import { buildWebIfOlder } from "./build-web.ts";
import { lambdaPackages } from "./lambda-packages.ts";
import { replaceFile } from "./replace-file.ts";
import { root } from "./root.ts";
import { type Files, filesBelow, keptZip } from "./zip.ts";

const distCloudFormation = path.join(root, "dist", "cloudformation");
const docs = path.join(root, "docs");
/** The copy that can be read, and used, without building anything. */
const documentedTemplate = path.join(docs, "cloudformation", "template.json");

export interface Zip {
  /** Name of the function. */
  name: string;
  file: string;
  /** Hexadecimal. */
  sha256: string;
  bytes: number;
}

export interface Built {
  template: Template;
  zips: Zip[];
}

export async function readDefinition(): Promise<unknown> {
  return JSON.parse(await readFile(path.join(root, "stacks", "workflow.asl.json"), "utf8"));
}

/** One line, since what is sent inline may have 51,200 bytes. */
export const compact = (template: Template) => JSON.stringify(template);
const readable = (document: object) => `${JSON.stringify(document, null, 2)}\n`;

/** What docs/ has of it to be read and used without building anything: each file with its text. */
export const documented = (template: Template): [file: string, text: string][] => [
  [documentedTemplate, readable(template)],
  [path.join(docs, "cloudformation", "github-role.json"), readable(githubRole)],
  ...Object.entries(policies).map(([name, policy]): [string, string] => [
    path.join(docs, "policies", `${name}.json`),
    readable(policy),
  ]),
];

/** Writes the template and one zip a function to `dist/cloudformation`; the functions have to be built. */
export async function buildCloudFormation(outdir = distCloudFormation, bundles = distFunctions): Promise<Built> {
  await mkdir(outdir, { recursive: true });
  const template = renderTemplate({ definition: await readDefinition() });
  const zips: Zip[] = [];
  for (const { name } of functions) {
    const bytes = await keptZip(await deployedFiles(bundles, name));
    const file = path.join(outdir, `${name}.zip`);
    await replaceFile(file, bytes);
    zips.push({ name, file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  }
  await replaceFile(path.join(outdir, "template.json"), Buffer.from(compact(template)));
  const wanted = new Set(["template.json", ...zips.map(({ file }) => path.basename(file))]);
  for (const name of await readdir(outdir))
    if (!wanted.has(name) && !name.endsWith(".tmp"))
      await rm(path.join(outdir, name), { recursive: true, force: true });
  return { template, zips };
}

/** What Lambda gets of a function: its folder as it was built, and beside it what no bundle can hold. */
export async function deployedFiles(bundles: string, name: string): Promise<Files> {
  const files = await filesBelow(path.join(bundles, name));
  if (files.size === 0) throw new Error(`dist/functions/${name} is empty: run \`npm run build\`.`);
  if (!withPictures.names.includes(name)) return files;
  const packages = await filesBelow(lambdaPackages(withPictures.beside), {
    under: "node_modules/",
    // npm's own notes; they name where the packages came from.
    isLeftOut: (file) => /^\./.test(file),
  });
  return new Map([...files, ...packages]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWebIfOlder();
  await buildFunctions();
  const { template, zips } = await buildCloudFormation();
  if (process.argv.includes("--docs")) {
    for (const [file, text] of documented(template)) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
  for (const { name, bytes, sha256 } of zips)
    console.log(`${name}.zip  ${(bytes / 1024).toFixed(0)} kB  sha256 ${sha256.slice(0, 12)}`);
  const size = Buffer.byteLength(compact(template));
  console.log(
    `template.json  ${size} bytes, ${Object.keys(template.Resources).length} resources, in dist/cloudformation`,
  );
}
