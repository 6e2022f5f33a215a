import type { SquareCard } from "../../contract.ts";

export const statusWords: Record<SquareCard["status"], string> = {
  queued: "In the queue",
  claimed: "Going out now",
  posting: "Going out now",
  posted: "Posted",
  review: "Held for you",
  withdrawn: "Withdrawn",
  draft: "Draft",
};

export const isEditable = ({ status }: Pick<SquareCard, "status">) =>
  status === "queued" || status === "draft" || status === "review" || status === "withdrawn";
