import { useLayoutEffect, useRef } from "preact/hooks";
import type { Overview } from "../../contract.ts";
import { Icon } from "../base/icons.tsx";
import { replaceQuery } from "../base/router.ts";
import { seriesNames } from "../base/series.ts";
import { parts, type Status } from "./parts.ts";

interface FilterProps {
  status: string;
  series: string;
  only: string;
  text: string;
  onText: (words: string) => void;
  stock: Overview["stock"] | undefined;
  /** What a search found of each status, as far as it is known; undefined where nothing is searched for. */
  found: Partial<Record<Status, number>> | undefined;
}

/** Filters by status, text and series. */
export function WallFilter({ status, series, only, text, onText, stock, found }: FilterProps) {
  const filled = parts.filter((part) => part.status === status || (stock?.[part.status] ?? 0) > 0);
  const chips = useRef<HTMLFieldSetElement>(null);
  const isKnown = stock !== undefined;
  useLayoutEffect(() => {
    // On a phone the chosen one may be beyond the edge.
    const chosen = chips.current?.querySelector("input:checked")?.parentElement;
    if (!chips.current || !chosen) return;
    const [row, chip] = [chips.current.getBoundingClientRect(), chosen.getBoundingClientRect()];
    chips.current.scrollLeft += chip.left + chip.width / 2 - (row.left + row.width / 2);
  }, [status, isKnown]);
  return (
    <search class="wall-filter">
      <fieldset ref={chips} class="chips">
        <legend class="visually-hidden">Status</legend>
        <Chip title="All" status="" chosen={status} count={undefined} />
        {filled.map((part) => (
          <Chip
            key={part.status}
            title={part.title}
            status={part.status}
            chosen={status}
            count={found === undefined ? (stock?.[part.status] ?? 0) : found[part.status]}
          />
        ))}
      </fieldset>
      <div class="wall-search">
        <label class="search-field">
          <span class="visually-hidden">Search in titles and captions</span>
          <Icon name="search" />
          <input
            type="search"
            value={text}
            placeholder="Search"
            maxLength={100}
            onInput={(event) => onText(event.currentTarget.value)}
          />
        </label>
        <label>
          <span class="visually-hidden">What is missing</span>
          <select value={only} onChange={(event) => replaceQuery({ only: event.currentTarget.value })}>
            <option value="">All squares</option>
            <option value="no-alt-text">No alt text</option>
            <option value="no-caption">No caption</option>
            <option value="will-be-cut">Will be cut</option>
          </select>
        </label>
        {seriesNames.names.value.length > 0 && (
          <label>
            <span class="visually-hidden">Series</span>
            <select value={series} onChange={(event) => replaceQuery({ series: event.currentTarget.value })}>
              <option value="">All series</option>
              {seriesNames.names.value.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
    </search>
  );
}

interface ChipProps {
  title: string;
  status: string;
  chosen: string;
  count: number | undefined;
}

function Chip({ title, status, chosen, count }: ChipProps) {
  return (
    <label class="chip">
      <input
        type="radio"
        name="status"
        class="visually-hidden"
        checked={status === chosen}
        onChange={() => replaceQuery({ status })}
      />
      {title}
      {count !== undefined && <span class="quiet">{count}</span>}
    </label>
  );
}
