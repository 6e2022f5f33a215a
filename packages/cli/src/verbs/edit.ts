import { editSquare } from "@twobytwo/core/curating/edit";
import { resolveId } from "@twobytwo/core/squares/list";
import { defineVerb, UsageError } from "../define-verb.ts";
import { nameOf } from "../describe-squares.ts";

export const edit = defineVerb({
  name: "edit",
  summary: "change the words of a square",
  usage: "ID [--title TITLE] [--caption CAPTION] [--alt TEXT] [--series SERIES]",
  details:
    'An empty value removes a text: with --caption "" the title is the caption again.\nThe words of a square that is posted or being posted cannot be changed.',
  options: {
    title: { type: "string", value: "TITLE", summary: "the title" },
    caption: { type: "string", value: "CAPTION", summary: "the text of the post, if it is not the title" },
    alt: { type: "string", value: "TEXT", summary: "a description for people who cannot see the picture" },
    series: { type: "string", value: "SERIES", summary: "the series" },
  },
  operands: { least: 1, most: 1 },
  async run({ deployment, tell }, { options: { title, caption, alt, series }, operands: [wanted = ""] }) {
    const words = {
      ...(title !== undefined && { title }),
      ...(caption !== undefined && { caption }),
      ...(alt !== undefined && { altText: alt }),
      ...(series !== undefined && { series }),
    };
    if (Object.keys(words).length === 0)
      throw new UsageError("Say what to change: --title, --caption, --alt or --series.");
    const { table, clock } = await deployment();
    const edited = await editSquare(table, { id: await resolveId(table, wanted), words, now: clock() });
    for (const warning of edited.warnings) tell(warning);
    return edited;
  },
  print: ({ square, changed }) => `${nameOf(square)} ${changed ? "is changed" : "was already so"}.`,
});
