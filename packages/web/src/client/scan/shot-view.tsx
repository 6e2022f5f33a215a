import { useEffect, useRef, useState } from "preact/hooks";
import { seriesNames } from "../base/series.ts";
import { arePostable, WordsFields } from "../square/words-fields.tsx";
import { CornersEditor } from "./corners-editor.tsx";
import { cornersOf, insetQuad, type Quad } from "./quad.ts";
import type { Mode } from "./scanner.ts";
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
  theScanner,
} from "./shots.ts";

const modes: readonly { mode: Mode; label: string }[] = [
  { mode: "painted", label: "Painted area" },
  { mode: "paper", label: "Whole paper" },
];

/** One photograph: its squares, the corners and the words of each, and the way into the queue. */
export function ShotView({ shot, onSaved }: { shot: Shot; onSaved: () => void }) {
  const { photo, squares, current, mode, grey } = shot;
  const [busy, setBusy] = useState(false);
  const [pointing, setPointing] = useState(false);
  const square = squares[current];
  if (square === undefined) return null;
  const whole = square.quad === undefined;
  const postable = squares.every(({ words }) => arePostable(words));
  const save = (status: "queued" | "draft") => async () => {
    setBusy(true);
    const saved = await saveShot(status);
    setBusy(false);
    if (saved) onSaved();
  };
  const many = squares.length > 1;
  return (
    <section class="shot" aria-label={`Photograph ${photo.name}`}>
      <div class="shot-picture">
        {!square.sure && !whole && (
          <p class="warning">
            <span>Not sure where the square is: please set the corners.</span>
          </p>
        )}
        <div class={pointing ? "shot-point" : undefined}>
          <CornersEditor
            photo={photo}
            quads={squares.map(({ quad }) => quad ?? insetQuad(photo))}
            current={current}
            onChange={(quad) => changeSquare(current, { quad, sure: true })}
            onChoose={(index) => changeShot({ current: index })}
          />
          {pointing && (
            <button
              type="button"
              class="shot-grey"
              aria-label="Point at the white margin of the paper"
              onClick={(event) => {
                const box = event.currentTarget.getBoundingClientRect();
                const at = [
                  Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),
                  Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)),
                ] as const;
                changeShot({ grey: at });
                setPointing(false);
              }}
            />
          )}
        </div>
        <fieldset class="switches shot-modes">
          <legend class="visually-hidden">What is cut out</legend>
          {modes.map(({ mode: one, label }) => (
            <button
              key={one}
              type="button"
              class="button"
              aria-pressed={mode === one && !whole}
              onClick={() => void switchMode(one)}
            >
              {label}
            </button>
          ))}
          <button
            type="button"
            class="button"
            aria-pressed={whole}
            onClick={() => changeSquare(current, { quad: undefined, sure: true })}
          >
            Use as it is
          </button>
          <button
            type="button"
            class="button"
            aria-pressed={pointing || grey !== undefined}
            onClick={() => setPointing(!pointing)}
          >
            {grey === undefined ? "White balance: tap the paper" : "White balance is set"}
          </button>
          {grey !== undefined && (
            <button type="button" class="button" onClick={forgetGrey}>
              As the camera saw it
            </button>
          )}
          <button type="button" class="button" onClick={addSquare}>
            Another square in this picture
          </button>
        </fieldset>
        {many && (
          <nav class="switches" aria-label="Squares in this picture">
            {squares.map((one, index) => (
              <button
                key={`${index}-${squares.length}`}
                type="button"
                class="button"
                aria-current={index === current ? "true" : undefined}
                onClick={() => changeShot({ current: index })}
              >
                {one.words.title || `Square ${index + 1}`}
                {!one.sure && " ?"}
              </button>
            ))}
          </nav>
        )}
      </div>
      <div class="shot-words">
        <Straight shot={shot} quad={square.quad} />
        <WordsFields
          words={square.words}
          series={seriesNames.names.value}
          onChange={(words) => changeSquare(current, { words })}
        />
        <div class="switches">
          <button type="button" class="button button-main" disabled={busy || !postable} onClick={save("queued")}>
            {many ? `Save ${squares.length} squares` : "Save"}
          </button>
          <button type="button" class="button" disabled={busy || !postable} onClick={save("draft")}>
            As {many ? "drafts" : "a draft"}
          </button>
          {many && (
            <button type="button" class="button" onClick={() => removeSquare(current)}>
              Leave this one out
            </button>
          )}
          <button type="button" class="button" disabled={busy} onClick={dropShot}>
            Throw the photo away
          </button>
        </div>
        {!postable && <p class="quiet">Each square needs a title or a caption.</p>}
      </div>
    </section>
  );
}

const previewSide = 360;

/** What the square will look like; the full-size crop is made from the original with the same corners. */
function Straight({ shot, quad }: { shot: Shot; quad: Quad | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    if (quad === undefined) {
      const { bitmap, width, height } = shot.photo;
      const side = Math.min(width, height);
      context.drawImage(bitmap, (width - side) / 2, (height - side) / 2, side, side, 0, 0, previewSide, previewSide);
      return;
    }
    let late = false;
    void theScanner()
      .straighten(shot.copy, cornersOf(quad, shot.copy), previewSide, greyOf(shot))
      .then((image) => {
        if (!late) context.putImageData(image, 0, 0);
      })
      .catch(() => undefined);
    return () => {
      late = true;
    };
  }, [shot.photo, shot.grey, quad]);
  return (
    <figure class="straight">
      <canvas ref={canvas} width={previewSide} height={previewSide} role="img" aria-label="The square, straightened" />
      <figcaption class="quiet">As it will be posted</figcaption>
    </figure>
  );
}

const greyOf = ({ grey, copy }: Shot) => grey && { x: grey[0] * copy.width, y: grey[1] * copy.height };
