import type { AddSummary } from "@twobytwo/core/adding/add-many";
import type { AddManyOptions } from "@twobytwo/core/adding/batches";
import { describeLeftAlone, type LeftAlone } from "@twobytwo/core/adding/left-alone";
import { type PictureFile, picturesAt } from "@twobytwo/core/adding/picture-files";
import { picturesOfCsv } from "@twobytwo/core/adding/picture-table";
import type { Words } from "@twobytwo/core/squares/words";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import { counted, type Terminal } from "../terminal.ts";

const options = {
  csv: { type: "string", value: "FILE", summary: "a table of pictures: file, title, caption, alt text, series" },
  title: { type: "string", value: "TITLE", summary: "a title for all of them, instead of their file names" },
  caption: { type: "string", value: "CAPTION", summary: "the text of the post, if it is not the title" },
  alt: { type: "string", value: "TEXT", summary: "a description for people who cannot see the picture" },
  series: { type: "string", value: "SERIES", summary: "the series they belong to" },
  order: {
    type: "string",
    value: "ORDER",
    values: ["oldest", "shuffle"],
    summary: "add them at the end of the queue, or at random places",
  },
  fit: {
    type: "string",
    value: "FIT",
    values: ["crop", "pad", "as-is"],
    summary: "how to make a picture square; the default is crop",
  },
  draft: { type: "boolean", summary: "add them as drafts, outside the queue" },
  "dry-run": { type: "boolean", summary: "show what would be added, and add nothing" },
  "allow-similar": {
    type: "boolean",
    summary: "also add pictures that look like an existing square, or equal one that was posted and deleted",
  },
  yes: { type: "boolean", summary: "the same as --allow-similar" },
} as const;

interface Result extends AddSummary {
  dryRun: boolean;
  /** Folders that were not looked into. */
  leftAlone: LeftAlone[];
}

export const add = defineVerb({
  usage: "PATHS… [--csv FILE] [--title TITLE] [--alt TEXT] [--series SERIES] [--dry-run]",
  details:
    "PATHS are files, folders (with everything in them) or globs. Pictures that were added before are skipped, so you can run\nan interrupted command again. The original is kept unchanged; X gets a square JPEG or PNG without EXIF data.",
  options,
  operands: { least: 0, most: Number.POSITIVE_INFINITY, offers: "files" },
  endsItself: true,
  async run(context: Context, { options: given, operands: paths }: Input<typeof options>): Promise<Result> {
    if (paths.length === 0 && given.csv === undefined)
      throw new UsageError("Say which pictures: files, folders or --csv FILE.");
    const words = wordsOf(given);
    const leftAlone = new Map<string, LeftAlone>();
    const leave = (folder: LeftAlone) => leftAlone.set(folder.path, folder);
    const sources = () => allPictures({ paths, csv: given.csv, words }, leave);
    let total = 0;
    // All paths are resolved before anything is added; this reads no pictures.
    for await (const _ of sources()) total += 1;
    const settings = settingsOf(given);
    const first = await addAll(context, sources(), total, settings);
    const more = await askForSimilar(context, first, settings);
    return {
      ...(more === undefined ? first.summary : together(first.summary, more)),
      dryRun: given["dry-run"] ?? false,
      leftAlone: [...leftAlone.values()],
    };
  },
  isFailure: ({ added, skipped, schedule }: Result) =>
    (added.length === 0 && skipped.length === 0) || schedule === "unknown",
  print: (result: Result, terminal) => describeAdded(result, terminal),
});

const wordsOf = ({ title, caption, alt, series }: Input<typeof options>["options"]): Partial<Words> => ({
  ...(title !== undefined && { title }),
  ...(caption !== undefined && { caption }),
  ...(alt !== undefined && { altText: alt }),
  ...(series !== undefined && { series }),
});

function settingsOf(given: Input<typeof options>["options"]): AddManyOptions {
  return {
    ...(given.order !== undefined && { order: given.order as "oldest" | "shuffle" }),
    ...(given.fit !== undefined && { fit: given.fit as "crop" | "pad" | "as-is" }),
    ...(given.draft && { status: "draft" as const }),
    ...(given["dry-run"] && { dryRun: true }),
    allowSimilar: given["allow-similar"] ?? given.yes ?? false,
  };
}

interface Wanted {
  paths: readonly string[];
  csv: string | undefined;
  words: Partial<Words>;
}

async function* allPictures({ paths, csv, words }: Wanted, leave: (folder: LeftAlone) => void) {
  yield* picturesAt(paths, words, leave);
  if (csv !== undefined) yield* picturesOfCsv(csv, words);
}

interface Round {
  summary: AddSummary;
  /** Those that look like another. */
  similar: PictureFile[];
}

async function addAll(
  { deployment, progress, signal, tell }: Context,
  sources: AsyncIterable<PictureFile>,
  total: number,
  settings: AddManyOptions,
): Promise<Round> {
  const atWork = new Map<string, PictureFile>();
  const similar: PictureFile[] = [];
  async function* untilInterrupted() {
    for await (const file of sources) {
      if (signal.aborted) return;
      atWork.set(file.name, file);
      yield file;
    }
  }
  const sayStop = () => tell("Stopping after the current pictures; Ctrl-C again stops at once.");
  signal.addEventListener("abort", sayStop, { once: true });
  // The other verbs do not wait for what only pictures need.
  const { addMany } = await import("@twobytwo/core/adding/add-many");
  const bar = progress(total);
  try {
    const summary = await addMany(await deployment(), untilInterrupted(), settings, ({ done, result }) => {
      const file = atWork.get(result.name);
      atWork.delete(result.name);
      if (file !== undefined && result.outcome === "similar") similar.push(file);
      bar.at(done, `${result.outcome} ${visible(result.name)}`);
    });
    return { summary, similar };
  } finally {
    bar.end();
    signal.removeEventListener("abort", sayStop);
  }
}

async function askForSimilar(context: Context, { summary, similar }: Round, settings: AddManyOptions) {
  if (similar.length === 0 || context.signal.aborted || settings.dryRun) return undefined;
  for (const { message } of summary.similar) context.tell(message);
  if (!(await context.confirm(`Add ${similar.length === 1 ? "it" : `these ${similar.length}`} anyway?`)))
    return undefined;
  async function* again() {
    yield* similar;
  }
  return (await addAll(context, again(), similar.length, { ...settings, allowSimilar: true })).summary;
}

function together(first: AddSummary, more: AddSummary): AddSummary {
  return {
    ...more,
    added: [...first.added, ...more.added],
    skipped: [...first.skipped, ...more.skipped],
    refused: [...first.refused, ...more.refused],
    schedule: more.schedule === "untouched" ? first.schedule : more.schedule,
  };
}

function describeAdded(result: Result, { paint }: Terminal): string {
  const { added, skipped, similar, refused, schedule, scheduleError, dryRun, leftAlone } = result;
  const lines = [`${dryRun ? "Would add" : "Added"} ${counted(added.length, "square")}.`];
  for (const { warnings } of added) lines.push(...warnings.map((warning) => paint("yellow", `  ${visible(warning)}`)));
  for (const { message } of skipped) lines.push(paint("dim", `  skipped: ${visible(message)}`));
  for (const { message } of similar) lines.push(paint("yellow", `  not added: ${visible(message)}`));
  for (const { message } of refused) lines.push(paint("red", `  refused: ${visible(message)}`));
  lines.push(...describeLeftAlone(leftAlone));
  if (similar.length > 0) lines.push("`--allow-similar` adds pictures that look like another anyway.");
  if (schedule === "disabled" && !dryRun) lines.push("The schedule is paused: `2x2 resume` ends the pause.");
  if (scheduleError !== undefined)
    lines.push(
      paint("red", `The schedule could not be woken (${visible(scheduleError)}): \`2x2 resume\` tries again.`),
    );
  return lines.join("\n");
}
