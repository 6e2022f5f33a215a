import type { SquareCard } from "../../contract.ts";
import { dayWords, titleOf } from "../base/format.ts";
import { timeZone } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { statusWords } from "../square/status-words.ts";

/** A square on the wall with its label, as a museum has it. */
export function Card({ square, size, place, of }: { square: SquareCard; size: number; place: number; of: number }) {
  const title = square.mistakes === undefined ? titleOf(square) : "Not a square";
  const waits = square.status === "queued" || square.status === "draft";
  return (
    <li aria-setsize={of} aria-posinset={place}>
      <a class="card" href={`/squares/${encodeURIComponent(square.id)}`}>
        <Picture src={square.thumbnailUrl} alt="" size={size} />
        <span class="card-title">{title}</span>
        <span class="card-line">
          <span class={`dot dot-${square.status}`} aria-hidden="true" />
          <span class="visually-hidden">{statusWords[square.status]}. </span>
          {square.postedAt
            ? dayWords(square.postedAt, { now: new Date(), timeZone: timeZone.value })
            : (square.series ?? "")}
          {square.mistakes}
          {waits && !square.altText && <span class="card-missing">no alt text</span>}
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
