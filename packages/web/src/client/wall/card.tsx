import type { SquareCard } from "../../contract.ts";
import { unsaved } from "../base/unsaved.ts";
import { formatDay, hasCaption, statusLabels, titleOf } from "../base/format.ts";
import { timeZone } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";

/** A square on the wall, with a label as in a museum. */
export function Card({ square, size, place, of }: { square: SquareCard; size: number; place: number; of: number }) {
  const title = square.mistakes === undefined ? titleOf(square) : "Broken entry";
  const isUpcoming = square.status === "queued" || square.status === "dated" || square.status === "draft";
  return (
    <li aria-setsize={of} aria-posinset={place}>
      <a class="card" href={squarePath(square.id)}>
        <Picture src={square.thumbnailUrl} alt="" size={size} />
        <span class="card-title">{title}</span>
        <span class="card-line">
          <span class={`dot dot-${square.status}`} aria-hidden="true" />
          <span class="visually-hidden">{statusLabels[square.status]}. </span>
          {square.postedAt ? formatDay(square.postedAt, { timeZone: timeZone.value }) : (square.series ?? "")}
          {square.mistakes}
          {unsaved.value.has(square.id) && <span class="card-missing">not saved</span>}
          {isUpcoming && !hasCaption(square) && <span class="card-missing">no caption</span>}
          {isUpcoming && !square.altText && <span class="card-missing">no alt text</span>}
        </span>
      </a>
    </li>
  );
}

export function CardSkeleton() {
  return (
    <li aria-hidden="true">
      <span class="picture skeleton" />
      <span class="skeleton skeleton-line" />
    </li>
  );
}
