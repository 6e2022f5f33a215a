import type { Overview } from "../../contract.ts";
import { Icon } from "../base/icons.tsx";
import { replaceQuery } from "../base/router.ts";
import { seriesNames } from "../base/series.ts";

interface FilterProps {
  status: string;
  series: string;
  only: string;
  text: string;
  onText: (words: string) => void;
  stock: Overview["stock"] | undefined;
  parts: readonly { status: keyof Overview["stock"]; title: string }[];
}

/** Filters by status, text and series. */
export function WallFilter({ status, series, only, text, onText, stock, parts }: FilterProps) {
  const filled = parts.filter((part) => part.status === status || (stock?.[part.status] ?? 0) > 0);
  return (
    <search class="wall-filter">
      <fieldset class="chips">
        <legend class="visually-hidden">Status</legend>
        {[{ status: "", title: "All" }, ...filled].map((part) => (
          <label key={part.status} class="chip">
            <input
              type="radio"
              name="status"
              class="visually-hidden"
              checked={part.status === status}
              onChange={() => replaceQuery({ status: part.status })}
            />
            {part.title}
            {part.status !== "" && <span class="quiet">{stock?.[part.status as keyof Overview["stock"]] ?? 0}</span>}
          </label>
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
