import { AskXInput, askX } from "@twobytwo/core/asking/ask-x";
import { asking, xInTime } from "./deps.ts";
import { task } from "./task.ts";

/** While Lambda starts the function: its keys, and its connection to X. What fails is tried again at the first use. */
void xInTime();

/** Invoked by `web`, which has no keys. */
export const handler = task("Ask X", AskXInput, (input) => askX(asking(), input));
