import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { announce, toastDone } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { ApiError, messageOf } from "../base/request.ts";
import { seriesNames } from "../base/series.ts";
import { keepUnsaved, unsaved } from "../base/unsaved.ts";
import { arePostable } from "./mistakes.ts";
import {
  changesOf,
  isChanged,
  mergeWords,
  type WordName,
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
  /** Leads to the next square, where there is one. */
  onNext?: (() => void) | undefined;
  /** Where the form begins after “Save and next”: in the field in which the person wrote last. */
  field?: RefObject<WordName | undefined>;
}

/** Edits the words of a square. What is typed is kept on this device until it is saved or discarded. */
export function WordsForm({ square, onSaved, onOther, onWords, onCancel, onNext, field }: FormProps) {
  const [base, setBase] = useState(() => {
    const kept = unsaved.peek().get(square.id);
    return kept ? { words: kept.from, version: -1 } : { words: wordsOfSquare(square), version: square.version };
  });
  const [words, setWords] = useState(() => unsaved.peek().get(square.id)?.words ?? base.words);
  const [theirs, setTheirs] = useState<SquareCard>();
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const last = useRef<WordName>(undefined);
  const changed = isChanged(words, base.words);
  useEffect(() => {
    void seriesNames.load();
    onWords?.(words);
  }, []);
  // Before the next letter is typed.
  useLayoutEffect(() => {
    if (onCancel) form.current?.querySelector("input")?.focus();
    if (field?.current) form.current?.querySelector<HTMLElement>(`[name="${field.current}"]`)?.focus();
    if (field) field.current = undefined;
  }, []);

  const show = (next: Words, from: Words) => {
    setWords(next);
    onWords?.(next);
    keepUnsaved(square.id, isChanged(next, from) ? { words: next, from } : undefined);
  };
  const startFrom = (now: SquareCard, next: Words = wordsOfSquare(now)) => {
    const fresh = { words: wordsOfSquare(now), version: now.version };
    setBase(fresh);
    setTheirs(undefined);
    setFailure("");
    show(next, fresh.words);
  };
  // What was saved elsewhere, now or while unsaved words lay here, is taken over unless the same words were changed here.
  const known = theirs?.version ?? base.version;
  useEffect(() => {
    if (square.version <= known || busy) return;
    const merged = mergeWords({ words, from: base.words }, wordsOfSquare(square));
    if (merged.clash) setTheirs(square);
    else startFrom(square, merged.words);
  }, [square.version, known, busy]);

  const save = async (version: number, from: Words, mine = words): Promise<boolean> => {
    setBusy(true);
    setFailure("");
    try {
      const saved = await api.edit(square.id, { version, ...changesOf(mine, from) });
      startFrom(saved);
      toastDone("Saved.");
      squaresChanged();
      void seriesNames.load({ again: true });
      onSaved(saved);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.problem.current !== undefined) {
        const { current } = error.problem;
        const merged = mergeWords({ words: mine, from: base.words }, wordsOfSquare(current));
        // A new place in the queue, or words that were not changed here, are no reason to ask.
        if (!merged.clash && current.version > version) {
          startFrom(current, merged.words);
          return await save(current.version, wordsOfSquare(current), merged.words);
        }
        setTheirs(current);
        announce("This square was changed elsewhere. Choose which version to keep.");
      } else setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
    return false;
  };
  const isSaveable = changed && arePostable(words);
  const saveAndNext = async () => {
    if (changed && !(isSaveable && (await save(base.version, base.words)))) return;
    if (field) field.current = last.current;
    onNext?.();
  };
  const takeTheirs = () => {
    if (theirs === undefined) return;
    startFrom(theirs);
    if ("pictureUrl" in theirs) onOther?.(theirs as SquareDetail);
  };

  return (
    <form
      ref={form}
      class="words-form"
      aria-label="Words"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSaveable) void save(base.version, base.words);
      }}
      onFocusIn={({ target }) => {
        const name = wordNames.find((one) => one === (target as Element).getAttribute("name"));
        if (name !== undefined) last.current = name;
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
        event.preventDefault();
        if (!busy && !theirs) void saveAndNext();
      }}
    >
      <WordsFields
        words={words}
        series={seriesNames.names.value}
        onChange={(next) => show(next, base.words)}
        disabled={busy}
      />
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
          {changed && <span class="quiet">Not saved yet. Kept on this device.</span>}
          {(changed || onCancel) && (
            <Button
              disabled={busy}
              onClick={() => {
                show(base.words, base.words);
                onCancel?.();
              }}
            >
              {changed ? "Discard my changes" : "Cancel"}
            </Button>
          )}
          <Button type="submit" main={onNext === undefined} disabled={busy || !isSaveable}>
            {busy ? "Saving…" : "Save"}
          </Button>
          {onNext !== undefined && (
            <Button
              main
              disabled={busy || !isSaveable}
              aria-keyshortcuts="Control+Enter"
              onClick={() => void saveAndNext()}
            >
              Save and next
            </Button>
          )}
        </div>
      )}
    </form>
  );
}

interface ConflictProps {
  mine: Words;
  theirs: SquareCard;
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
