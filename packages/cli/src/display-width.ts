import { stripVTControlCharacters } from "node:util";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const emoji = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation})/v;
const keycap = /^[\d#*]$/;

/** Code points that a terminal shows in two columns: East Asian Wide and Fullwidth, without emoji. */
const wideRanges = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
] as const;

function graphemeWidth(grapheme: string): number {
  if (emoji.test(grapheme) && !keycap.test(grapheme)) return 2;
  if (/^[\p{Mark}\p{Cf}]+$/u.test(grapheme)) return 0;
  const codePoint = grapheme.codePointAt(0) ?? 0;
  return wideRanges.some(([from, to]) => codePoint >= from && codePoint <= to) ? 2 : 1;
}

/** Columns that a text takes in a terminal, without its colours. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += graphemeWidth(segment);
  return width;
}

/** Cuts a text without colours to so many columns, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept.trimEnd()}…`;
}
