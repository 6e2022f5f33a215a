import { blueskyLength, maxGraphemes } from "@twobytwo/core/bluesky/text";
import type { PlannedCaption } from "@twobytwo/core/curating/caption-template";
import type { SquareCard } from "../../contract.ts";
import { captionFor, formatCount, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { overview } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { maxWeightedLength, measure } from "../square/post-text.ts";

type Planned = PlannedCaption<SquareCard>;

/** What becomes of each caption, with its length: first those that change or cannot be changed, then those that stay. */
export function PlannedList({ planned, cost }: { planned: readonly Planned[]; cost: string }) {
  const of = (...outcomes: Planned["outcome"][]) => planned.filter(({ outcome }) => outcomes.includes(outcome));
  const [refused, shown, rest] = [of("refused"), of("refused", "changes"), of("stays", "left")];
  return (
    <>
      <div aria-live="polite">
        {refused.length > 0 && (
          <p class="warning">
            <Icon name="warning" />
            <span>{formatCount(refused.length, "caption")} cannot be changed. The reason is with the square.</span>
          </p>
        )}
        {cost && (
          <p class="warning">
            <Icon name="warning" />
            <span>{cost}</span>
          </p>
        )}
      </div>
      <ul class="planned" aria-label="New captions">
        {shown.map((one) => (
          <PlannedRow key={one.square.id} {...one} />
        ))}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary>{formatCount(rest.length, "caption stays as it is", "captions stay as they are")}</summary>
          <ul class="planned-rest">
            {rest.map(({ square, why, number }) => (
              <li key={square.id}>
                {number !== undefined && `${number}. `}
                {titleOf(square)} <span class="quiet">{why ?? "already so"}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function PlannedRow({ square, number, caption, why }: Planned) {
  const { weight } = measure({ title: square.title, caption });
  const onBluesky = overview.value?.bluesky && blueskyLength(captionFor({ title: square.title, caption }));
  return (
    <li aria-label={titleOf(square)}>
      <Picture src={square.thumbnailUrl} alt="" size={44} />
      <div>
        <p class="pre">{caption || <em class="quiet">none</em>}</p>
        {why && <p class="mistake">{why}</p>}
        <p class="quiet">
          No. {number} · <Count count={weight} most={maxWeightedLength} />
          {onBluesky !== undefined && (
            <>
              , <Count count={onBluesky} most={maxGraphemes} /> on Bluesky
            </>
          )}
        </p>
      </div>
    </li>
  );
}

const Count = ({ count, most }: { count: number; most: number }) => (
  <span class={count > most ? "count count-over" : "count"}>
    {count} of {most}
  </span>
);
