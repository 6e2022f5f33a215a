import { fileURLToPath } from "node:url";

/** The state machine's definition as it lies here, with its placeholders. */
export const definitionFile = fileURLToPath(new URL("workflow.asl.json", import.meta.url));
