import { fileURLToPath } from "node:url";
import { readDefinition } from "./subject.ts";

/** The state machine of before, on which runs go on that a deployment finds under way. */
export const definitionBefore = readDefinition(fileURLToPath(new URL("definition-before.asl.json", import.meta.url)));
