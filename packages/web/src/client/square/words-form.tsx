import { useEffect, useRef, useState } from "preact/hooks";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { announce, toastDone } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { ApiError, messageOf } from "../base/request.ts";
import { seriesNames } from "../base/series.ts";
import { arePostable } from "./mistakes.ts";
import {
  changesOf,
  dropUnsaved,
  isChanged,
  keepUnsaved,
  unsavedOf,
  type Words,
  wordLabels,
  wordNames,
  wordsOfSquare,
} from "./words.ts";
import { WordsFields } from "./words-fields.tsx";

interface FormProps {
  square: SquareCard;
  onSaved: (square: SquareDetail) => void;
  /** Somebody else changed the square; this is its state now. */
  onOther?: (square: SquareDetail) => void;
  /** Each change as it is typed, for a preview beside the form. */
  onWords?: (words: Words) => void;
  onCancel?: () => void;
}

/** Edits the words of a square. What is typed is kept until it is saved or discarded. */
export function WordsForm({ square, onSaved, onOther, onWords, onCancel }: FormProps) {
  const kept = unsavedOf(square.id);
  const [base, setBase] = useState({ words: wordsOfSquare(square), version: kept?.version ?? square.version });
  const [words, setWords] = useState(kept?.words ?? base.words);
  const [theirs, setTheirs] = useState<SquareDetail>();
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changed = isChanged(words, base.words);
  useEffect(() => {
    void seriesNames.load();
    onWords?.(words);
    if (onCancel) form.current?.querySelector("input")?.focus();
  }, []);

  // What nobody has touched follows what was saved elsewhere.
  useEffect(() => {
    if (square.version <= base.version || changed || busy) return;
    setBase({ words: wordsOfSquare(square), version: square.version });
    setWords(wordsOfSquare(square));
    onWords?.(wordsOfSquare(square));
  }, [square.version, changed, busy]);

  const change = (next: Words) => {
    setWords(next);
    onWords?.(next);
    if (isChanged(next, base.words)) keepUnsaved(square.id, next, base.version);
    else dropUnsaved(square.id);
  };
  const startFrom = (now: SquareDetail) => {
    const fresh = { words: wordsOfSquare(now), version: now.version };
    setBase(fresh);
    setTheirs(undefined);
    setFailure("");
    return fresh;
  };
  const save = async (version: number, from: Words) => {
    setBusy(true);
    setFailure("");
    try {
      const saved = await api.edit(square.id, { version, ...changesOf(words, from) });
      dropUnsaved(square.id);
      const fresh = startFrom(saved);
      setWords(fresh.words);
      onWords?.(fresh.words);
      toastDone("Saved.");
      squaresChanged();
      void seriesNames.load({ again: true });
      onSaved(saved);
    } catch (error) {
      if (error instanceof ApiError && error.problem.current !== undefined) {
        setTheirs(error.problem.current);
        announce("This square was changed elsewhere. Choose which version to keep.");
      } else setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const takeTheirs = () => {
    if (theirs === undefined) return;
    dropUnsaved(square.id);
    const fresh = startFrom(theirs);
    setWords(fresh.words);
    onWords?.(fresh.words);
    onOther?.(theirs);
  };

  return (
    <form
      ref={form}
      class="words-form"
      aria-label="Words"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && arePostable(words)) void save(base.version, base.words);
      }}
    >
      <WordsFields words={words} series={seriesNames.names.value} onChange={change} disabled={busy} />
      {theirs && (
        <Conflict
          mine={words}
          theirs={theirs}
          busy={busy}
          onKeepMine={() => void save(theirs.version, wordsOfSquare(theirs))}
          onTakeTheirs={takeTheirs}
        />
      )}
      {failure && (
        <p class="mistake" role="alert">
          {failure}
        </p>
      )}
      {!theirs && (
        <div class="form-actions">
          {kept !== undefined && changed && <span class="quiet">Not saved</span>}
          {(changed || onCancel) && (
            <Button
              disabled={busy}
              onClick={() => {
                change(base.words);
                onCancel?.();
              }}
            >
              {onCancel ? "Cancel" : "Undo changes"}
            </Button>
          )}
          <Button type="submit" main disabled={busy || !changed || !arePostable(words)}>
            {busy ? "Saving…" : "Save"}
          </Button>
        </div>
      )}
    </form>
  );
}

interface ConflictProps {
  mine: Words;
  theirs: SquareDetail;
  busy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Two people, or two tabs, changed one square: shows what differs, side by side, and asks which version to keep. */
function Conflict({ mine, theirs, busy, onKeepMine, onTakeTheirs }: ConflictProps) {
  const other = wordsOfSquare(theirs);
  const different = wordNames.filter((name) => mine[name].trim() !== other[name]);
  return (
    <section class="conflict" role="alert" aria-label="Changed elsewhere">
      <h3>This square was changed elsewhere</h3>
      {different.length === 0 ? (
        <p>The text is the same in both versions. Only its place or status differs.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">Yours</th>
              <th scope="col">Saved elsewhere</th>
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
        <Button disabled={busy} onClick={onTakeTheirs}>
          Discard mine
        </Button>
        <Button main disabled={busy} onClick={onKeepMine}>
          Keep mine
        </Button>
      </div>
    </section>
  );
}
