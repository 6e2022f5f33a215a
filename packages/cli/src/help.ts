import { commonOptions } from "./command-line.ts";
import type { Option, Verb, VerbLine } from "./define-verb.ts";
import type { Terminal } from "./terminal.ts";

const pad = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length)) + 2;

/** All verbs, a line each. */
export function overview(verbs: readonly VerbLine[], { paint }: Terminal): string {
  const width = pad(verbs.map(({ name }) => name));
  return [
    paint("bold", "2x2: manage an artist's squares, their queue and their schedule"),
    "",
    "2x2 VERB [options]",
    "",
    ...verbs.map(({ name, summary }) => `  ${paint("cyan", name.padEnd(width))}${summary}`),
    "",
    "Every verb accepts --json (for programs), --stage NAME (a deployed stage instead of the sandbox), and --help.",
    "ID is the id of a square, its first characters, or `next` for the head of the queue.",
  ].join("\n");
}

export const usageLine = ({ name, usage }: Verb) => `2x2 ${name}${usage === "" ? "" : ` ${usage}`}`;

/** Everything about one verb. */
export function helpOf(verb: Verb, { paint }: Terminal): string {
  const options = Object.entries<Option>({ ...verb.options, ...commonOptions });
  const written = options.map(([name, { value }]) => `--${name}${value === undefined ? "" : ` ${value}`}`);
  const width = pad(written);
  return [
    paint("bold", usageLine(verb)),
    "",
    `${verb.summary[0]?.toUpperCase()}${verb.summary.slice(1)}.`,
    ...(verb.details === undefined ? [] : ["", verb.details]),
    "",
    ...options.map(([, { summary, values }], index) => {
      const choice = values === undefined ? "" : `: ${values.join(", ")}`;
      return `  ${paint("cyan", (written[index] ?? "").padEnd(width))}${summary}${choice}`;
    }),
  ].join("\n");
}
