import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { savedState } from "../saved-state.ts";

/** Those who decide what is right: where one of them changes, everything is looked at again. */
const judges = [
  fileURLToPath(new URL("validate.ts", import.meta.url)),
  createRequire(import.meta.url).resolve("asl-validator/package.json"),
];

/** Whether a definition was found right by an earlier process on the same directory; the check takes half a second. */
export function checkedDefinition(directory: string, definition: unknown): { isChecked: boolean; remember(): void } {
  const hash = createHash("sha256").update(JSON.stringify(definition));
  for (const file of judges) hash.update(readFileSync(file));
  const saved = savedState<{ hash: string }>(directory, "checked-definition.json");
  const current = hash.digest("hex");
  const isChecked = saved.load()?.hash === current;
  return {
    isChecked,
    remember() {
      if (!isChecked) saved.save({ hash: current });
    },
  };
}
