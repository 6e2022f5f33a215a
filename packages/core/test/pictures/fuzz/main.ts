import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "1000" },
    seed: { type: "string" },
    kinds: { type: "string", default: "." },
  },
});
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const count = Number(values.files);
if (!Number.isInteger(seed) || !Number.isInteger(count) || count < 1)
  throw new Error("Give whole numbers: npm run fuzz -- --files 1000 --seed 42 --kinds 'jpg|heic'");

console.log(`${count} mutated files, seed ${seed}`);
const { findings, refused, same, changed } = await fuzz({ seed, count, kinds: new RegExp(values.kinds) });
for (const [index, { mutant, problem, seed: own }] of findings.entries()) {
  const file = path.resolve(`fuzz-${seed}-${index}-${mutant.name}`);
  await writeFile(file, mutant.bytes);
  console.log(`\n${mutant.name}, ${mutant.done} (seed ${own}), kept as ${file}\n  ${problem}`);
}
console.log(
  `\n${refused} refused in plain words, ${same} with the pixels of the whole file, ${changed} with changed pixels that no decoder can tell, ${findings.length} findings`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
