import { useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { dayIn, wallClock } from "../base/day.ts";
import { Dialog } from "../base/dialog.tsx";
import { titleOf } from "../base/format.ts";
import { timeZone } from "../base/overview.ts";
import { squarePath } from "../base/router.ts";
import { actions } from "./actions.ts";

interface DayProps {
  square: SquareCard;
  /** When it is posted as things stand. */
  at?: string | undefined;
  /** With a link to the square, where nothing else leads there. */
  isLinked?: boolean;
  onClose: () => void;
}

/** On which day a square is posted: by keyboard, finger or mouse. */
export function DayDialog({ square, at, isLinked = false, onClose }: DayProps) {
  const zone = timeZone.value;
  const today = dayIn(new Date(), zone);
  const from = square.date ?? at;
  const [day, setDay] = useState(from === undefined ? today : dayIn(new Date(from), zone));
  const [time, setTime] = useState(square.date === undefined ? "" : wallClock(square.date, zone));
  const save = (on: string | null) => {
    onClose();
    void actions.date(square, on);
  };
  return (
    <Dialog title={`Move “${titleOf(square)}” to a day`} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save(time === "" ? day : `${day}T${time}`);
        }}
      >
        <p>The first post on or after this day goes to this square, before the queue.</p>
        {isLinked && (
          <p>
            <a href={squarePath(square.id)} onClick={onClose}>
              Open the square
            </a>
          </p>
        )}
        <div class="field-row">
          <label class="field">
            <span>Day</span>
            <input
              type="date"
              required
              min={today}
              value={day}
              onInput={(event) => setDay(event.currentTarget.value)}
            />
          </label>
          <label class="field">
            <span>Not before (optional)</span>
            <input type="time" value={time} onInput={(event) => setTime(event.currentTarget.value)} />
          </label>
        </div>
        <div class="dialog-actions">
          {square.status === "dated" && <Button onClick={() => save(null)}>Back to the queue</Button>}
          <Button onClick={onClose}>Cancel</Button>
          <Button main type="submit">
            Move
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
