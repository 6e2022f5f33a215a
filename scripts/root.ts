import { fileURLToPath } from "node:url";

/** The folder of the project; ends with a separator. */
export const root = fileURLToPath(new URL("..", import.meta.url));
