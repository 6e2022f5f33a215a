import type { SquareCard } from "../../contract.ts";
import { formatDay, hasCaption, statusLabels, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { timeZone } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";
import { unsaved } from "../base/unsaved.ts";
import { isSelecting, selected } from "../selection/selection.ts";
import type { CellPlace } from "./virtual-wall.tsx";

interface CardProps {
  square: SquareCard;
  size: number;
  /** Where it hangs. */
  style: CellPlace["style"];
  place: number;
  of: number;
  /** Says how well it is known that the original is cut. */
  ofCut: boolean;
}

/** A square on the wall, with a label as in a museum. */
export function Card({ square, size, style, place, of, ofCut }: CardProps) {
  const title = square.mistakes === undefined ? titleOf(square) : "Broken entry";
  const text = square.postedAt ? formatDay(square.postedAt, { timeZone: timeZone.value }) : (square.series ?? "");
  const mark = markOf(square, ofCut);
  return (
    <li aria-setsize={of} aria-posinset={place} data-square={square.id} style={style}>
      <a class="card" href={squarePath(square.id)}>
        <Picture src={square.thumbnailUrl} alt="" size={size} />
        <span class="card-title">{title}</span>
        <span class="card-line">
          {(text !== "" || mark) && <span class={`dot dot-${square.status}`} aria-hidden="true" />}
          <span class="visually-hidden">{statusLabels[square.status]}. </span>
          <span class="card-text">
            {text}
            {square.mistakes}
          </span>
          {mark && <span class="card-missing">{mark}</span>}
        </span>
      </a>
      {isSelecting.value && (
        // biome-ignore lint/a11y/useSemanticElements: a click with Shift selects a range, which an input would undo
        <button
          type="button"
          role="checkbox"
          class="card-check"
          aria-checked={selected.value.has(square.id)}
          aria-label={`Select ${title}`}
          tabIndex={-1}
        >
          <Icon name="check" />
        </button>
      )}
    </li>
  );
}

const isUpcoming = ({ status }: SquareCard) => status === "queued" || status === "dated" || status === "draft";

/** The one thing to say of it: a card of a phone has room for two words. */
function markOf(square: SquareCard, ofCut: boolean): string | undefined {
  if (unsaved.value.has(square.id)) return "not saved";
  if (ofCut) return square.cut === true ? "will be cut" : "may be cut";
  return isUpcoming(square) ? missingOf(square) : undefined;
}

function missingOf(square: SquareCard): string | undefined {
  if (!hasCaption(square)) return square.altText ? "no caption" : "no words";
  return square.altText ? undefined : "no alt text";
}

export function CardSkeleton({ style }: Partial<Pick<CardProps, "style">>) {
  return (
    <li aria-hidden="true" {...(style && { style })}>
      <span class="picture skeleton" />
      <span class="skeleton skeleton-line" />
    </li>
  );
}
