import { useEffect, useRef, useState } from "preact/hooks";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import { announce } from "../base/announce.tsx";
import { ApiError, wordsOf } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { squaresChanged } from "../base/overview.ts";
import { seriesNames } from "../base/series.ts";
import { toastDone } from "../base/toasts.tsx";
import { Conflict } from "./conflict.tsx";
import { changesOf, type DraftWords, draftOf, dropDraft, isChanged, keepDraft, wordsOfSquare } from "./words-draft.ts";
import { arePostable, WordsFields } from "./words-fields.tsx";

interface FormProps {
  square: SquareCard;
  onSaved: (square: SquareDetail) => void;
  /** Somebody else changed the square: this is how it is now. */
  onOther?: (square: SquareDetail) => void;
  /** Each change as it is typed, for a preview beside the form. */
  onWords?: (words: DraftWords) => void;
  onCancel?: () => void;
}

/** Edits the words of a square; what is typed stays until it is saved or thrown away. */
export function WordsForm({ square, onSaved, onOther, onWords, onCancel }: FormProps) {
  const kept = draftOf(square.id);
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

  const change = (next: DraftWords) => {
    setWords(next);
    onWords?.(next);
    if (isChanged(next, base.words)) keepDraft(square.id, next, base.version);
    else dropDraft(square.id);
  };
  const startFrom = (now: SquareDetail) => {
    const fresh = { words: wordsOfSquare(now), version: now.version };
    setBase(fresh);
    setTheirs(undefined);
    setFailure("");
    return fresh;
  };
  const save = async (version: number, from: DraftWords) => {
    setBusy(true);
    setFailure("");
    try {
      const saved = await api.edit(square.id, { version, ...changesOf(words, from) });
      dropDraft(square.id);
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
        announce("Somebody changed this square at the same time. Choose whose words stay.");
      } else setFailure(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const takeTheirs = () => {
    if (theirs === undefined) return;
    dropDraft(square.id);
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
          {kept !== undefined && changed && <span class="quiet">Not saved yet</span>}
          {(changed || onCancel) && (
            <button
              type="button"
              class="button"
              disabled={busy}
              onClick={() => {
                change(base.words);
                onCancel?.();
              }}
            >
              {onCancel ? "Cancel" : "Undo"}
            </button>
          )}
          <button type="submit" class="button button-main" disabled={busy || !changed || !arePostable(words)}>
            {busy ? "Saving…" : "Save"}
          </button>
        </div>
      )}
    </form>
  );
}
