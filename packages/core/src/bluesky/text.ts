import { linksOf } from "../squares/links.ts";

/** What a post of Bluesky takes: characters as people count them, and bytes; the lexicon of app.bsky.feed.post. */
export const maxGraphemes = 300;
const maxBytes = 3_000;

/** What a part of a text leads to; a mention becomes one only where the handle is known. */
export type Feature = { link: string } | { mention: string } | { tag: string };

export interface Part {
  /** As it is shown. */
  text: string;
  feature?: Feature;
}

/*
 * Mentions and tags as `@atproto/api` 0.21.0, Bluesky's own package, finds them. Links are those that X finds, so that one caption
 * has the same ones on both.
 */
const mentionPattern =
  /(?<=^|\s|\()@(?<handle>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)/giu;
const unseen = String.raw`\u00AD\u2060\u200A\u200B\u200C\u200D\u20e2`;
const tagPattern = new RegExp(
  String.raw`(?<=^|\s)[#＃](?!\ufe0f)(?<tag>[^\s${unseen}]*[^\d\s\p{P}${unseen}]+[^\s${unseen}]*)`,
  "gu",
);
const longestTag = 64;

/** The text of a caption as Bluesky shows it, in parts: a long link is cut in what is shown, and leads to the whole of it. */
export function partsOf(caption: string): Part[] {
  const text = caption.normalize("NFC");
  const found: (Required<Part> & { start: number; end: number })[] = linksOf(text).map(({ url, start }) => ({
    start,
    end: start + url.length,
    text: shortened(url),
    feature: { link: /^https?:\/\//i.test(url) ? url : `https://${url}` },
  }));
  const add = (start: number, shown: string, feature: Feature) => {
    const end = start + shown.length;
    if (found.every((other) => end <= other.start || start >= other.end))
      found.push({ start, end, text: shown, feature });
  };
  for (const { index, 0: shown, groups } of text.matchAll(mentionPattern))
    add(index, shown, { mention: groups?.["handle"] ?? "" });
  for (const { index, 0: shown, groups } of text.matchAll(tagPattern)) {
    const tag = groups?.["tag"]?.replace(/\p{P}+$/u, "") ?? "";
    if (tag !== "" && graphemes(tag) <= longestTag) add(index, shown.slice(0, 1 + tag.length), { tag });
  }
  const parts: Part[] = [];
  let from = 0;
  for (const { start, end, text: shown, feature } of found.sort((one, other) => one.start - other.start)) {
    if (start > from) parts.push({ text: text.slice(from, start) });
    parts.push({ text: shown, feature });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** The caption as Bluesky shows it. */
export const blueskyText = (caption: string): string =>
  partsOf(caption)
    .map(({ text }) => text)
    .join("");

/** As Bluesky's own app shows a link: without protocol, and with the beginning of a long path. */
function shortened(url: string): string {
  const [, host = "", rest = ""] = /^(?:https?:\/\/)?([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (rest === "/") return host;
  return rest.length > 15 ? `${host}${rest.slice(0, 13)}...` : `${host}${rest}`;
}

let segmenter: Intl.Segmenter | undefined;

/** Characters as people count them. */
export function graphemes(text: string): number {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** Length of a caption as Bluesky counts it. */
export const blueskyLength = (caption: string): number => graphemes(blueskyText(caption));

/** What keeps a caption from Bluesky, in half a sentence; undefined where nothing does. */
export function tooLongForBluesky(caption: string): string | undefined {
  const text = blueskyText(caption);
  const length = graphemes(text);
  if (length > maxGraphemes) return `counts as ${length} characters, and Bluesky accepts ${maxGraphemes}`;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > maxBytes) return `has ${bytes} bytes, and Bluesky accepts ${maxBytes}`;
  return undefined;
}
