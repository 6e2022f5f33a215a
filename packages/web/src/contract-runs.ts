/** The part of the API (`contract.ts`) about runs of the workflow. */

// GET /api/runs?cursor=… → {runs: RunLine[], cursor?} ; GET /api/runs/:name → Run
export interface RunLine {
  name: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  startedAt: string;
  endedAt?: string;
  /** A few words: "Posted Blue no. 12", "The queue was empty", "Failed with Blue no. 12". */
  summary: string;
  squareId?: string;
  squareTitle?: string;
  tweetId?: string;
  /** Name of the error with which it failed, and what it said. */
  error?: string;
  cause?: string;
  consoleUrl?: string;
}
export interface Run extends RunLine {
  steps: RunStep[];
  input: unknown;
  output?: unknown;
}
/** One visit of one state. */
export interface RunStep {
  name: string;
  type: string;
  outcome: "running" | "succeeded" | "failed" | "caught";
  startedAt: string;
  ms?: number;
  /** Failed attempts before the last one. */
  retries: { error: string; cause?: string }[];
  input?: unknown;
  output?: unknown;
  error?: string;
  cause?: string;
}
