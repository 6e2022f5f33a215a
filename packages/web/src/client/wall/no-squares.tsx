import { replaceQuery } from "../base/router.ts";
import { Empty } from "../base/states.tsx";
import { CardSkeleton } from "./card.tsx";

/** Until it is known how many there are. */
export function WallSkeleton() {
  return (
    <ul class="wall-cells wall-skeleton" aria-hidden="true">
      {Array.from({ length: 12 }, (_, index) => (
        <CardSkeleton key={index} />
      ))}
    </ul>
  );
}

/** Why there are none, and what to do. */
export function NothingHere({ filtered, status }: { filtered: boolean; status: string }) {
  if (filtered)
    return (
      <Empty icon="search" title="No results">
        No squares match{status && " in this status"}.{" "}
        <button type="button" class="link" onClick={() => replaceQuery({ q: "", series: "", only: "", status: "" })}>
          Show all
        </button>
      </Empty>
    );
  if (status !== "")
    return (
      <Empty icon="wall" title="No squares">
        No square has this status.
      </Empty>
    );
  return (
    <Empty icon="wall" title="The wall is empty">
      <p>Add your first square. It is posted at the next scheduled time.</p>
      <a class="button button-main" href="/add">
        Add squares
      </a>
    </Empty>
  );
}
