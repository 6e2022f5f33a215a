import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";
import { buildSubject, readDefinition } from "./subject.ts";

const inProject = (file: string) => path.join(root, file);

describe("a broken version", () => {
  it("is an error where the line that it changes is no longer there", async () => {
    const edits = [{ file: "packages/core/src/posting/tweet.ts", line: "a line of long ago", instead: "" }];
    await expect(buildSubject({ name: "old", edits })).rejects.toThrow("old: no such line any more");
  });

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "changes what is there: %s",
    (_, { edits, patch }) => {
      for (const { file, line, instead } of edits) {
        const source = readFileSync(inProject(file), "utf8");
        expect(source).toContain(line);
        expect(source.replace(line, () => instead)).not.toBe(source);
      }
      const definition = readDefinition(inProject("stacks/workflow.asl.json"));
      const before = JSON.stringify(definition);
      patch?.(definition);
      expect(edits.length > 0 || JSON.stringify(definition) !== before).toBe(true);
    },
  );
});
