import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { seriesNames } from "../base/series.ts";
import { useBusy } from "../base/use-busy.ts";
import { CornersEditor } from "../crop/corners-editor.tsx";
import { cornersOf, insetQuad, type Quad } from "../crop/quad.ts";
import { arePostable, WordsFields } from "../square/words-fields.tsx";
import { type Mode, straighten } from "./scanner.ts";
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
  const postable = squares.every(({ words }) => arePostable(words));
  const save = (status: "queued" | "draft") => () =>
    void run(async () => {
      if (await saveShot(status)) onSaved();
    });
  const many = squares.length > 1;
  return (
    <section class="shot" aria-label={`Scan of ${photo.name}`}>
      <div class="shot-picture">
        {!square.sure && !whole && (
          <p class="warning">
            <span>The square is hard to see. Please set the corners.</span>
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
              aria-label="Tap the white margin of the paper"
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
          <legend class="visually-hidden">Crop</legend>
          {modes.map(({ mode: one, label }) => (
            <Button key={one} aria-pressed={mode === one && !whole} onClick={() => void switchMode(one)}>
              {label}
            </Button>
          ))}
          <Button aria-pressed={whole} onClick={() => changeSquare(current, { quad: undefined, sure: true })}>
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
        <Straight shot={shot} quad={square.quad} />
        <WordsFields
          words={square.words}
          series={seriesNames.names.value}
          onChange={(words) => changeSquare(current, { words })}
        />
        <div class="switches">
          <Button main disabled={busy || !postable} onClick={save("queued")}>
            {many ? `Save ${squares.length} squares` : "Save"}
          </Button>
          <Button disabled={busy || !postable} onClick={save("draft")}>
            Save as {many ? "drafts" : "a draft"}
          </Button>
          {many && <Button onClick={() => removeSquare(current)}>Remove this square</Button>}
          <Button disabled={busy} onClick={dropShot}>
            Discard photo
          </Button>
        </div>
        {!postable && <p class="quiet">Every square needs a title or a caption.</p>}
      </div>
    </section>
  );
}

const previewSide = 360;

/** A preview of the square. The full-size crop is made from the original, with the same corners. */
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
    straighten(shot.copy, { corners: cornersOf(quad, shot.copy), side: previewSide, grey: greyOf(shot) })
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
