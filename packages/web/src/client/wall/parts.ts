import type { Overview } from "../../contract.ts";

export type Status = keyof Overview["stock"];

export interface Part {
  status: Status;
  title: string;
}

/** In the order of the wall: what is coming, what is not ready, what is posted. */
export const parts: readonly Part[] = [
  { status: "posting", title: "Posting now" },
  { status: "claimed", title: "Up next" },
  { status: "review", title: "Needs review" },
  { status: "dated", title: "With a date" },
  { status: "queued", title: "Queue" },
  { status: "draft", title: "Drafts" },
  { status: "posted", title: "Posted" },
  { status: "withdrawn", title: "Withdrawn" },
];
