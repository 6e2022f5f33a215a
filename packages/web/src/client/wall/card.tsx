import type { SquareCard } from "../../contract.ts";
import { formatDay, hasCaption, statusLabels, titleOf } from "../base/format.ts";
import { timeZone } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";

/** A square on the wall, with a label as in a museum. */
export function Card({ square, size, place, of }: { square: SquareCard; size: number; place: number; of: number }) {
  const title = square.mistakes === undefined ? titleOf(square) : "Broken entry";
  const missing = isUpcoming(square) ? missingOf(square) : undefined;
  const text = square.postedAt ? formatDay(square.postedAt, { timeZone: timeZone.value }) : (square.series ?? "");
  return (
    <li aria-setsize={of} aria-posinset={place}>
      <a class="card" href={squarePath(square.id)}>
        <Picture src={square.thumbnailUrl} alt="" size={size} />
        <span class="card-title">{title}</span>
        <span class="card-line">
          {(text !== "" || missing) && <span class={`dot dot-${square.status}`} aria-hidden="true" />}
          <span class="visually-hidden">{statusLabels[square.status]}. </span>
          <span class="card-text">
            {text}
            {square.mistakes}
          </span>
          {missing && <span class="card-missing">{missing}</span>}
        </span>
      </a>
    </li>
  );
}

const isUpcoming = ({ status }: SquareCard) => status === "queued" || status === "dated" || status === "draft";

/** A card of a phone has room for two words. */
function missingOf(square: SquareCard): string | undefined {
  if (!hasCaption(square)) return square.altText ? "no caption" : "no words";
  return square.altText ? undefined : "no alt text";
}

export function CardSkeleton() {
  return (
    <li aria-hidden="true">
      <span class="picture skeleton" />
      <span class="skeleton skeleton-line" />
    </li>
  );
}
