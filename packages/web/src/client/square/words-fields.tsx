import { useId } from "preact/hooks";
import { formatPrice, hasCaption } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { linkFactor, maxAltText, maxWeightedLength, measure, usualPrice } from "./post-text.ts";
import type { WordName, Words } from "./words.ts";

interface FieldsProps {
  words: Words;
  onChange: (words: Words) => void;
  /** Names that are in use, as suggestions. */
  series: readonly string[];
  disabled?: boolean;
  /** Caption and series are collapsed. */
  compact?: boolean;
}

/** Title, caption, alt text and series, with their length and price at X as they are typed. */
export function WordsFields({ words, onChange, series, disabled = false, compact = false }: FieldsProps) {
  const id = useId();
  const set = (name: WordName) => (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
    onChange({ ...words, [name]: event.currentTarget.value });
  const post = measure(words);
  const altLength = [...words.altText].length;
  const title = (
    <label class="field">
      <span>Title</span>
      <input name="title" value={words.title} maxLength={500} disabled={disabled} onInput={set("title")} />
    </label>
  );
  const caption = (
    <div class="field">
      <label for={`${id}-caption`}>Caption</label>
      <textarea
        id={`${id}-caption`}
        name="caption"
        rows={3}
        value={words.caption}
        placeholder={hasCaption(words) ? words.title : "No caption: posted without text"}
        disabled={disabled}
        aria-describedby={`${id}-weight`}
        aria-invalid={post.tooLong}
        onInput={set("caption")}
      />
      <Count id={`${id}-weight`} count={post.weight} most={maxWeightedLength} what="characters, as X counts" />
    </div>
  );
  const warning = (
    <div class="live" aria-live="polite">
      {post.cashtags.length > 1 && (
        <p class="warning">
          <Icon name="warning" />
          <span>
            X accepts one cashtag in a post, and this has {post.cashtags.length} ({post.cashtags.join(", ")}).
          </span>
        </p>
      )}
      {post.firstMention && (
        <p class="warning">
          <Icon name="warning" />
          <span>
            This begins with {post.firstMention}. X may show the post only to people who follow both of you. Put a word
            before it.
          </span>
        </p>
      )}
      {post.links.length > 0 && (
        <p class="warning">
          <Icon name="warning" />
          <span>
            X treats {post.links.join(", ")} as a link. This post costs {formatPrice(post.price)} instead of{" "}
            {formatPrice(usualPrice)}, {linkFactor} times as much.
          </span>
        </p>
      )}
    </div>
  );
  const altText = (
    <div class="field">
      <label for={`${id}-alt`}>
        Alt text {words.altText.trim() === "" && <span class="badge badge-quiet">missing</span>}
      </label>
      <textarea
        id={`${id}-alt`}
        name="altText"
        rows={2}
        value={words.altText}
        placeholder="Describe the picture for people who cannot see it"
        disabled={disabled}
        aria-describedby={`${id}-alt-count`}
        aria-invalid={altLength > maxAltText}
        onInput={set("altText")}
      />
      <Count id={`${id}-alt-count`} count={altLength} most={maxAltText} what="characters" />
    </div>
  );
  const seriesField = (
    <label class="field">
      <span>Series</span>
      <input
        name="series"
        list={`${id}-series`}
        value={words.series}
        maxLength={200}
        autocomplete="off"
        disabled={disabled}
        onInput={set("series")}
      />
      <datalist id={`${id}-series`}>
        {series.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
  if (!compact)
    return (
      <>
        {title}
        {caption}
        {warning}
        {altText}
        {seriesField}
      </>
    );
  return (
    <>
      {title}
      {altText}
      {warning}
      <details>
        <summary>Caption and series</summary>
        <div class="stack">
          {caption}
          {seriesField}
        </div>
      </details>
    </>
  );
}

function Count({ id, count, most, what }: { id: string; count: number; most: number; what: string }) {
  const over = count - most;
  return (
    <small id={id} class={over > 0 ? "count count-over" : "count"}>
      {over > 0 ? `${over} too many: ` : ""}
      {count} of {most} {what}
    </small>
  );
}

/** Whether X would accept these words. */
export const arePostable = (words: Words) =>
  !measure(words).tooLong &&
  measure(words).cashtags.length <= 1 &&
  [...words.altText].length <= maxAltText &&
  (words.title.trim() || words.caption.trim()) !== "";
