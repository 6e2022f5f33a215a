import { styleText } from "node:util";
import { visible } from "@twobytwo/sandbox/terminal-text";
import widthOf from "fast-string-width";
import { cut } from "./cut.ts";

export type Colour = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where the result is shown. */
export interface Terminal {
  /** Infinite where the output goes to a file or another program. */
  columns: number;
  /** IANA name of the zone in which people here read the time. */
  timeZone: string;
  paint(colour: Colour, text: string): string;
}

/** Colours only where somebody looks, and never with NO_COLOR; see no-color.org. */
export function terminalOf(
  stream: { isTTY?: boolean; columns?: number },
  environment: Record<string, string | undefined>,
): Terminal {
  const isColoured = Boolean(stream.isTTY) && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  let timeZone: string | undefined;
  return {
    columns: stream.isTTY ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY,
    // Asked once, and only where a time is shown: it reads all that Intl knows of zones.
    get timeZone() {
      timeZone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone;
      return timeZone;
    },
    paint: (colour, text) => (isColoured && text !== "" ? styleText(colour, text, { validateStream: false }) : text),
  };
}

export interface Column<Row> {
  heading: string;
  text(row: Row): string;
  colour?(row: Row): Colour | undefined;
  /** May be cut where the terminal is narrow; the columns that may share what is left. */
  flexible?: true;
}

const gap = "  ";
const leastFlexible = 8;

/** Rows under headings, one line each, no wider than the terminal. */
export function table<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const shown = columns.filter((column) => rows.some((row) => column.text(row) !== ""));
  const cells = rows.map((row) => shown.map((column) => visible(column.text(row))));
  const widths = shown.map((column, index) =>
    Math.max(widthOf(column.heading), ...cells.map((line) => widthOf(line[index] ?? ""))),
  );
  narrow(terminal.columns, shown, widths);
  const line = (texts: readonly string[], colourOf: (index: number) => Colour | undefined) =>
    texts
      .map((text, index) => {
        const width = widths[index] ?? 0;
        const fitting = cut(text, width);
        const colour = colourOf(index);
        const padding = index === texts.length - 1 ? "" : " ".repeat(width - widthOf(fitting));
        return `${colour === undefined ? fitting : terminal.paint(colour, fitting)}${padding}`;
      })
      .join(gap)
      .trimEnd();
  return [
    line(
      shown.map(({ heading }) => heading),
      () => "dim",
    ),
    ...rows.map((row, number) => line(cells[number] ?? [], (index) => shown[index]?.colour?.(row))),
  ].join("\n");
}

/** Takes what is too much from the flexible columns, always from the widest. */
function narrow<Row>(most: number, columns: readonly Column<Row>[], widths: number[]): void {
  const total = () => widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  for (let excess = total() - most; excess > 0; excess = total() - most) {
    const [widest] = widths
      .map((width, index) => ({ width, index }))
      .filter(({ width, index }) => columns[index]?.flexible && width > leastFlexible)
      .sort((a, b) => b.width - a.width);
    if (widest === undefined) return;
    widths[widest.index] = widest.width - 1;
  }
}

/** Names and values, a line each; what has no value is left out. */
export function facts(
  terminal: Terminal,
  pairs: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const known = pairs.filter((pair): pair is readonly [string, string] => Boolean(pair[1]));
  const width = Math.max(0, ...known.map(([name]) => widthOf(name)));
  return known.map(([name, value]) => `${terminal.paint("dim", name.padEnd(width))}  ${value}`).join("\n");
}

/** `1 square`, `2 squares`. */
export const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;
