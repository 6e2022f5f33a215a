import type { RunLine } from "../../contract-runs.ts";

/** How a run is coloured. */
export const runMood = ({ status }: Pick<RunLine, "status">) =>
  status === "RUNNING" ? "running" : status === "SUCCEEDED" ? "succeeded" : "failed";
