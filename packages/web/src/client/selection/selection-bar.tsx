import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { formatCount, titleOf } from "../base/format.ts";
import { announce, toastFailed } from "../base/messages.tsx";
import { ChangeDialog } from "./change-dialog.tsx";
import { type Change, changeAll, type Unchanged } from "./changes.ts";
import { selectAll, selected, stopSelecting } from "./selection.ts";
import "./selection.css";

export interface SelectionBarProps {
  /** The squares of the wall that are loaded, in its order. */
  shown: readonly SquareCard[];
  /** Loads the others as well. */
  loadAll: () => Promise<readonly SquareCard[]>;
}

/** How many squares are selected, and what can be done with them. */
export default function SelectionBar({ shown, loadAll }: SelectionBarProps) {
  const [asking, setAsking] = useState(false);
  const [tried, setTried] = useState<number>();
  const [unchanged, setUnchanged] = useState<readonly Unchanged[]>([]);
  const squares = selected.value;
  const count = squares.size;
  const isBusy = tried !== undefined;
  useLayoutEffect(() => {
    // Not by `:has`: with that, each row that comes or goes has the style of the whole page worked out again.
    document.body.classList.add("selecting");
    return () => document.body.classList.remove("selecting");
  }, []);
  useEffect(() => {
    if (count > 0 && !isBusy) setUnchanged([]);
  }, [count]);

  const run = async (change: Change) => {
    setAsking(false);
    setUnchanged([]);
    setTried(0);
    const places = new Map(shown.map(({ id }, place) => [id, place]));
    const all = [...squares.values()].sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
    const left = await changeAll(all, change, setTried);
    selected.value = new Map();
    setTried(undefined);
    setUnchanged(left);
  };
  const all = () => loadAll().then(selectAll, (error) => toastFailed("Not all squares could be loaded.", error));
  return (
    <>
      <section class="selection" aria-label="Selection" aria-busy={isBusy}>
        {unchanged.length > 0 && (
          <div class="selection-left">
            <p>Not changed:</p>
            <ul>
              {unchanged.map(({ square, why }) => (
                <li key={square.id}>
                  “{titleOf(square)}”: {why}
                </li>
              ))}
            </ul>
          </div>
        )}
        <div class="selection-bar">
          <span class="selection-count">
            {isBusy ? `${tried} of ${count}…` : count === 0 ? "0 selected" : `${count} selected`}
          </span>
          {!isBusy && (
            <Button slim aria-label="Select all" onClick={() => void all()}>
              All
            </Button>
          )}
          <Button
            slim
            main
            aria-disabled={count === 0 || isBusy}
            onClick={() => {
              if (isBusy) return;
              if (count === 0) announce("Select squares first.");
              else setAsking(true);
            }}
          >
            Change…
          </Button>
          <Button slim onClick={stopSelecting}>
            Done
          </Button>
        </div>
      </section>
      {asking && (
        <ChangeDialog
          title={`Change ${formatCount(count, "square")}`}
          onChange={run}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
