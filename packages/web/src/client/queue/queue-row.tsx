import { useState } from "preact/hooks";
import type { PlannedPost, SquareCard } from "../../contract.ts";
import { api } from "../base/api.ts";
import { off } from "../base/button.tsx";
import { formatClock, formatDay, hasCaption, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { Menu } from "../base/menu.tsx";
import { PictureLink } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";
import { unsaved } from "../base/unsaved.ts";
import { actions } from "../square/actions.ts";
import { DayDialog } from "../square/day-dialog.tsx";
import PostNowDialog from "../square/post-now-dialog.tsx";
import { PostPreview } from "../square/post-preview.tsx";
import { linkFactor, measure } from "../square/post-text.ts";
import type { Words } from "../square/words.ts";
import { WordsForm } from "../square/words-form.tsx";
import { hasPlace, queue } from "./queue-store.ts";
import type { Sortable } from "./sortable.ts";

interface RowProps {
  post: PlannedPost;
  /** Counted from 0. */
  index: number;
  timeZone: string;
  sortable: Sortable;
  editing: boolean;
  onEdit: (open: boolean) => void;
}

export function QueueRow({ post, index, timeZone, sortable, editing, onEdit }: RowProps) {
  const { square, at } = post;
  const [posting, setPosting] = useState(false);
  const title = titleOf(square);
  const lifted = sortable.lifted === square.id;
  const isDated = !hasPlace(post);
  const [choosing, setChoosing] = useState(false);
  return (
    <li class="queue-row" data-square={square.id}>
      <div class="queue-line">
        <span class="queue-date">
          {at === undefined ? (
            <span class="quiet">{index + 1}.</span>
          ) : (
            <time dateTime={at}>
              <span>{formatDay(at, { timeZone })}</span>
              <span class="quiet">{formatClock(at, timeZone)}</span>
            </time>
          )}
        </span>
        <div class={`queue-card${lifted ? " lifted" : ""}`} {...(!isDated && { "data-sort": true })}>
          {isDated ? (
            <span class="icon-button handle-place">
              <Icon name="clock" />
            </span>
          ) : (
            <button
              type="button"
              data-handle
              class="icon-button handle"
              aria-label={`Move ${title}`}
              aria-describedby="sort-help"
              aria-pressed={lifted}
              {...sortable.handle(square.id)}
            >
              <Icon name="grip" />
            </button>
          )}
          <PictureLink id={square.id} src={square.thumbnailUrl} size={72} eager={index < 12} />
          <div class="row-words">
            <a class="row-title" href={squarePath(square.id)}>
              {title}
            </a>
            <span class="row-caption">{square.caption}</span>
            <Badges square={square} />
          </div>
          <div class="row-switches">
            <button
              type="button"
              class="icon-button"
              aria-label={`Edit ${title}`}
              aria-expanded={editing}
              onClick={() => onEdit(!editing)}
            >
              <Icon name="edit" />
            </button>
            <Menu label={`More for ${title}`}>
              {!isDated && (
                <>
                  <button type="button" onClick={() => void queue.move(square.id, 0)} {...(index === 0 && off)}>
                    Move to top
                  </button>
                  <button type="button" onClick={() => void queue.moveToEnd(square.id)}>
                    Move to end
                  </button>
                </>
              )}
              <button type="button" onClick={() => setChoosing(true)}>
                Move to day…
              </button>
              <button type="button" onClick={() => setPosting(true)}>
                Post now…
              </button>
              <button
                type="button"
                onClick={() => void queue.takeOut(square.id, (next) => actions.toDraft(square, next))}
              >
                Make a draft
              </button>
              <button
                type="button"
                onClick={() => void queue.takeOut(square.id, (next) => actions.withdraw(square, next))}
              >
                Withdraw
              </button>
            </Menu>
          </div>
        </div>
      </div>
      {choosing && <DayDialog square={square} at={at} onClose={() => setChoosing(false)} />}
      {posting && (
        <PostNowDialog
          title={`Post “${title}” now?`}
          square={square}
          start={() => api.post(square.id)}
          onClose={() => setPosting(false)}
        />
      )}
      {editing && <RowEditor square={square} onClose={() => onEdit(false)} />}
    </li>
  );
}

function Badges({ square }: { square: SquareCard }) {
  const { links, tooLong } = measure(square);
  return (
    <span class="badges">
      {tooLong && <span class="badge">too long for X</span>}
      {links.length > 0 && <span class="badge">link: {linkFactor}× the price</span>}
      {square.date && <span class="badge badge-day">chosen day</span>}
      {!hasCaption(square) && <span class="badge badge-quiet">no caption</span>}
      {!square.altText && <span class="badge badge-quiet">no alt text</span>}
      {unsaved.value.has(square.id) && <span class="badge">not saved</span>}
      {square.series && <span class="quiet">{square.series}</span>}
    </span>
  );
}

function RowEditor({ square, onClose }: { square: SquareCard; onClose: () => void }) {
  const [words, setWords] = useState<Words>();
  const shown = words ?? square;
  const load = () => void queue.load();
  return (
    <div class="row-editor">
      <WordsForm
        square={square}
        onWords={setWords}
        onCancel={onClose}
        onOther={load}
        onSaved={() => {
          load();
          onClose();
        }}
      />
      <PostPreview square={{ ...square, title: shown.title, caption: shown.caption, altText: shown.altText }} />
    </div>
  );
}
