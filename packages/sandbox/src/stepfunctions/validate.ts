import { createRequire } from "node:module";

/**
 * What is wrong with a state machine in Amazon States Language, by asl-validator: states that are not there or not reached,
 * fields that a state must have. `${Name}` placeholders may still be in it.
 * @returns Messages that name the state; none when it is right.
 */
export function validateDefinition(definition: unknown): string[] {
  if (typeof definition !== "object" || definition === null) return ["The definition is not a JSON object."];
  const text = JSON.stringify(definition);
  if (latest?.text !== text) latest = { text, problems: everythingWrongWith(definition) };
  return [...latest.problems];
}

/** Kept, since asl-validator compiles its schemas anew at each call, and one process starts many sandboxes in tests. */
let latest: { text: string; problems: readonly string[] } | undefined;

function everythingWrongWith(definition: object): string[] {
  // Loaded where it is needed: it compiles its schemas, which takes a third of a second.
  const aslValidator = createRequire(import.meta.url)("asl-validator") as typeof import("asl-validator");
  // A copy, since asl-validator writes into what it is given.
  const { errors } = aslValidator(structuredClone(definition), { checkArn: true, checkPaths: true });
  return errors.map((error) => `${error["Error code"]}: ${error.Message}${error.path ? ` (${error.path})` : ""}`);
}
