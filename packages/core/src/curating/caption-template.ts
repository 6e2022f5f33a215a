import { tooLongForBluesky } from "../bluesky/text.ts";
import { TaskError } from "../errors.ts";
import { isFileNameTitle } from "../squares/file-name-title.ts";
import type { Square } from "../squares/square.ts";
import { checkWords, cleanWords } from "../squares/words.ts";

/** What a template needs of a square; the web app's cards have it as well. */
export type Captioned = Pick<Square, "id" | "status" | "title" | "caption" | "altText" | "series" | "templated">;

/** For a series that has none yet. */
export const usualTemplate = "{title}, {series} #{n}";
const longestTemplate = 500;

/**
 * A template as it is kept. An empty one takes away the captions that a template made.
 *
 * @throws Rejected on a placeholder that does not exist.
 */
export function cleanTemplate(text: string): string {
  const template = cleanWords({ caption: text }).caption ?? "";
  if (template.length > longestTemplate)
    throw new TaskError(
      "rejected",
      `A template has up to ${longestTemplate} characters, and this has ${template.length}.`,
    );
  const [unknown] = template.match(/\{(?!(?:title|series|n)\})[^{}\s]*\}/) ?? [];
  if (unknown !== undefined)
    throw new TaskError("rejected", `A template has no ${unknown}: write {title}, {series} or {n}.`);
  return template;
}

/** The template that was applied to a series last; undefined where none was. */
export function templateOf(series: string, squares: readonly Captioned[]): string | undefined {
  const made = squares.flatMap(({ templated }) => (templated?.series === series ? [templated] : []));
  return made.sort((one, other) => (one.at < other.at ? 1 : -1))[0]?.template;
}

/**
 * The number of each square of a series, for `{n}`: its place among them in the order in which they were added, which is that of the
 * ids. Withdrawn ones have none. A number that a caption was made with stays, whatever is moved, deleted or added later, and no other
 * square gets it.
 *
 * @param squares all of the series.
 */
export function numbersOf(series: string, squares: readonly Captioned[]): Map<string, number> {
  const given = new Map(
    squares.flatMap(({ id, templated }) => (templated?.series === series ? [[id, templated.number] as const] : [])),
  );
  const taken = new Set(given.values());
  const numbers = new Map<string, number>();
  let last = 0;
  for (const { id, status } of squares.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    let number = given.get(id);
    if (number === undefined && status === "withdrawn") continue;
    if (number === undefined) for (number = last + 1; taken.has(number); ) number += 1;
    numbers.set(id, number);
    last = Math.max(last, number);
  }
  return numbers;
}

export interface PlannedCaption<Of extends Captioned = Captioned> {
  square: Of;
  /** In the series; a withdrawn square that never had one has none. */
  number?: number;
  /** As it will be; where nothing changes, as it is. */
  caption: string;
  /** `refused`: X would not take what the template makes, or it cannot make anything. `left`: it is not the template's to change. */
  outcome: "changes" | "stays" | "left" | "refused";
  /** Why it is left or refused. */
  why?: string;
  /** A sentence each: what the caption costs, and where it is not shown. */
  warnings: string[];
}

export interface CaptionPlan {
  series: string;
  /** As `cleanTemplate` gives it. */
  template: string;
  onBluesky: boolean;
}

/** What a template does to each square of a series, in the order of their numbers; nothing is written. */
export function planCaptions<Of extends Captioned>(squares: readonly Of[], plan: CaptionPlan): PlannedCaption<Of>[] {
  const numbers = numbersOf(plan.series, squares);
  const numberOf = ({ id }: Of) => numbers.get(id) ?? Number.POSITIVE_INFINITY;
  return squares
    .toSorted((one, other) => numberOf(one) - numberOf(other))
    .map((square) => planCaption(square, numbers.get(square.id), plan));
}

/** The same for one square that has this number. */
export function planCaption<Of extends Captioned>(
  square: Of,
  number: number | undefined,
  { series, template, onBluesky }: CaptionPlan,
): PlannedCaption<Of> {
  const before = square.caption ?? "";
  const planned = { square, ...(number !== undefined && { number }), caption: before, warnings: [] };
  const why = whyLeft(square);
  if (why !== undefined) return { ...planned, outcome: "left", why };
  if (number === undefined) return { ...planned, outcome: "stays" };
  const isFileName = isFileNameTitle(square.title);
  if ((square.title === "" || isFileName) && template.includes("{title}")) {
    const lack = isFileName
      ? `“${square.title}” is only the name of a file: give the square`
      : `Square ${square.id} has no title: give it`;
    return { ...planned, outcome: "refused", why: `${lack} a title.` };
  }
  const values: Record<string, string> = { "{title}": square.title, "{series}": series, "{n}": `${number}` };
  const made = template.replaceAll(/\{(?:title|series|n)\}/g, (placeholder) => values[placeholder] ?? "");
  const caption = cleanWords({ caption: made }).caption ?? "";
  if (caption === before) return { ...planned, outcome: "stays" };
  try {
    const name = square.title === "" ? `square ${square.id}` : `“${square.title}”`;
    const { altText } = square;
    const warnings = checkWords(name, {
      title: square.title,
      ...(caption && { caption }),
      ...(altText && { altText }),
    });
    const flaw = onBluesky ? tooLongForBluesky(caption) : undefined;
    if (flaw !== undefined) warnings.push(`The caption of ${name} ${flaw}: it is posted on X alone.`);
    return { ...planned, caption, outcome: "changes", warnings };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { ...planned, caption, outcome: "refused", why: error.message };
  }
}

const whyFixed: Partial<Record<Square["status"], string>> = {
  posted: "posted",
  posting: "being posted",
  claimed: "being posted",
  review: "held for review",
  withdrawn: "withdrawn",
};

/** A caption that no template made, or that was changed since, is a person's. */
function whyLeft({ status, caption, templated }: Captioned): string | undefined {
  const isOwn = Boolean(caption) && caption !== templated?.caption;
  return whyFixed[status] ?? (isOwn ? "written by hand" : undefined);
}
