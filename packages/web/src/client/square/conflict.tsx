import type { SquareDetail } from "../../contract.ts";
import { type DraftWords, wordLabels, wordNames, wordsOfSquare } from "./words-draft.ts";

interface ConflictProps {
  mine: DraftWords;
  theirs: SquareDetail;
  busy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Two people, or two tabs, changed one square: what differs, side by side, and the choice. */
export function Conflict({ mine, theirs, busy, onKeepMine, onTakeTheirs }: ConflictProps) {
  const other = wordsOfSquare(theirs);
  const different = wordNames.filter((name) => mine[name].trim() !== other[name]);
  return (
    <section class="conflict" role="alert" aria-label="Changed at the same time">
      <h3>This square was changed elsewhere in the meantime</h3>
      {different.length === 0 ? (
        <p>The words are the same in both; only its place or status is another.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">Yours</th>
              <th scope="col">Theirs</th>
            </tr>
          </thead>
          <tbody>
            {different.map((name) => (
              <tr key={name}>
                <th scope="row">{wordLabels[name]}</th>
                <td>{mine[name] || <em class="quiet">none</em>}</td>
                <td>{other[name] || <em class="quiet">none</em>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="form-actions">
        <button type="button" class="button" disabled={busy} onClick={onTakeTheirs}>
          Take theirs
        </button>
        <button type="button" class="button button-main" disabled={busy} onClick={onKeepMine}>
          Keep mine
        </button>
      </div>
    </section>
  );
}
