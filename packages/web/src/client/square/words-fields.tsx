import { blueskyText, graphemes, maxGraphemes, tooLongForBluesky } from "@twobytwo/core/bluesky/text";
import { useId } from "preact/hooks";
import { captionFor, formatPrice, hasCaption } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { overview } from "../base/overview.ts";
import { mistakesOf } from "./mistakes.ts";
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
  const mistakes = mistakesOf(words);
  const title = (
    <div class="field">
      <label for={`${id}-title`}>Title</label>
      <input
        id={`${id}-title`}
        name="title"
        value={words.title}
        maxLength={500}
        disabled={disabled}
        aria-describedby={`${id}-title-mistake`}
        aria-invalid={mistakes.title !== undefined}
        onInput={set("title")}
      />
      <Mistake id={`${id}-title-mistake`} text={mistakes.title} />
    </div>
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
        aria-describedby={`${id}-weight ${id}-caption-mistake`}
        aria-invalid={mistakes.caption !== undefined}
        onInput={set("caption")}
      />
      <Count id={`${id}-weight`} count={post.weight} most={maxWeightedLength} what="characters, as X counts" />
      {overview.value?.bluesky && <OnBluesky words={words} />}
      <Mistake id={`${id}-caption-mistake`} text={mistakes.caption} />
    </div>
  );
  const warning = (
    <div class="live" aria-live="polite">
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
        aria-describedby={`${id}-alt-count ${id}-alt-mistake`}
        aria-invalid={mistakes.altText !== undefined}
        onInput={set("altText")}
      />
      <Count id={`${id}-alt-count`} count={altLength} most={maxAltText} what="characters" />
      <Mistake id={`${id}-alt-mistake`} text={mistakes.altText} />
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

/** How long the caption is there, and what it reads like where Bluesky shows it otherwise than it is written. */
function OnBluesky({ words }: { words: Words }) {
  const text = captionFor(words).trim();
  const shown = blueskyText(text);
  return (
    <>
      <Count count={graphemes(shown)} most={maxGraphemes} what="characters, as Bluesky counts" />
      {shown !== text.normalize("NFC") && <small class="count">On Bluesky: {shown}</small>}
      {tooLongForBluesky(text) && <small class="count count-over">Too long for Bluesky: it is posted on X only.</small>}
    </>
  );
}

function Count({ id, count, most, what }: { id?: string; count: number; most: number; what: string }) {
  return (
    <small id={id} class={count > most ? "count count-over" : "count"}>
      {count} of {most} {what}
    </small>
  );
}

/** Why X would refuse what is in the field above. */
function Mistake({ id, text }: { id: string; text: string | undefined }) {
  return (
    <small id={id} class="mistake" aria-live="polite">
      {text}
    </small>
  );
}
