import { useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { seriesNames } from "../base/series.ts";
import { useBusy } from "../base/use-busy.ts";
import { CropEditor } from "../crop/crop-editor.tsx";
import { middleQuad } from "../crop/quad.ts";
import type { Mode } from "../crop/scanner.ts";
import { Straight } from "../crop/straight.tsx";
import { arePostable, focusMistake } from "../square/mistakes.ts";
import { WordsFields } from "../square/words-fields.tsx";
import {
  addSquare,
  changeShot,
  changeSquare,
  dropShot,
  forgetGrey,
  removeSquare,
  type Shot,
  saveShot,
  switchMode,
  tapPainting,
} from "./shots.ts";

const modes: readonly { mode: Mode; label: string }[] = [
  { mode: "painted", label: "Painted area" },
  { mode: "paper", label: "Whole paper" },
];

/** One photo: its squares, their corners and words, and the buttons to save them. */
export function ShotView({ shot, onSaved }: { shot: Shot; onSaved: () => void }) {
  const { photo, squares, current, mode, grey } = shot;
  const [busy, run] = useBusy();
  const [pointing, setPointing] = useState(false);
  const square = squares[current];
  if (square === undefined) return null;
  const whole = square.quad === undefined;
  const mistaken = squares.findIndex(({ words }) => !arePostable(words));
  const save = (status: "queued" | "draft") => () => {
    if (mistaken >= 0) {
      changeShot({ current: mistaken });
      return focusMistake();
    }
    void run(async () => {
      if (await saveShot(status)) onSaved();
    });
  };
  const many = squares.length > 1;
  return (
    <section class="shot" aria-label={`Scan of ${photo.name}`}>
      <div class="shot-picture">
        <CropEditor
          photo={photo}
          squares={squares.map(({ quad, ...one }) => ({ ...one, quad: quad ?? middleQuad(photo) }))}
          current={current}
          original={square.original}
          onChange={(quad) => changeSquare(current, { quad, sure: true, isPlaceholder: false })}
          onChoose={(index) => changeShot({ current: index })}
          onTap={(at) => void tapPainting(at)}
        >
          {pointing && (
            <button
              type="button"
              class="shot-grey"
              aria-label="Tap the white margin of the paper"
              onClick={(event) => {
                const box = event.currentTarget.getBoundingClientRect();
                const share = (value: number, most: number) => Math.min(1, Math.max(0, value / most));
                const [x, y] = [event.clientX - box.left, event.clientY - box.top];
                changeShot({ grey: [share(x, box.width), share(y, box.height)] });
                setPointing(false);
              }}
            />
          )}
        </CropEditor>
        {!square.sure && !whole && (
          <p class="warning">
            <span>
              {square.isPlaceholder
                ? "No square was found. Set the corners, or tap the painting."
                : "The square is hard to see. Please check the corners."}
            </span>
          </p>
        )}
        <fieldset class="switches shot-modes">
          <legend class="visually-hidden">Crop</legend>
          {modes.map(({ mode: one, label }) => (
            <Button key={one} aria-pressed={mode === one && !whole} onClick={() => void switchMode(one)}>
              {label}
            </Button>
          ))}
          <Button
            aria-pressed={whole}
            onClick={() => changeSquare(current, { quad: undefined, sure: true, isPlaceholder: false })}
          >
            Don’t crop
          </Button>
          <Button aria-pressed={pointing || grey !== undefined} onClick={() => setPointing(!pointing)}>
            {grey === undefined ? "White balance: tap the paper" : "White balance set"}
          </Button>
          {grey !== undefined && <Button onClick={forgetGrey}>Reset white balance</Button>}
          <Button onClick={addSquare}>Add another square</Button>
        </fieldset>
        {many && (
          <nav class="switches" aria-label="Squares in this photo">
            {squares.map((one, index) => (
              <Button
                key={`${index}-${squares.length}`}
                aria-current={index === current ? "true" : undefined}
                onClick={() => changeShot({ current: index })}
              >
                {one.words.title || `Square ${index + 1}`}
                {!one.sure && " ?"}
              </Button>
            ))}
          </nav>
        )}
      </div>
      <div class="shot-words">
        <Straight photo={photo} quad={square.quad ?? middleQuad(photo)} grey={grey} />
        <WordsFields
          words={square.words}
          series={seriesNames.names.value}
          onChange={(words) => changeSquare(current, { words })}
        />
        <div class="switches">
          <Button main disabled={busy} onClick={save("queued")}>
            {many ? `Save ${squares.length} squares` : "Save"}
          </Button>
          <Button disabled={busy} onClick={save("draft")}>
            Save as {many ? "drafts" : "a draft"}
          </Button>
          {many && <Button onClick={() => removeSquare(current)}>Remove this square</Button>}
          <Button disabled={busy} onClick={dropShot}>
            Discard photo
          </Button>
        </div>
      </div>
    </section>
  );
}
