import { type Context, defineVerb, type Input, type Options, UsageError, type Verb } from "../define-verb.ts";
import { helpOf, overview, usageLine } from "../help.ts";
import { nearest } from "../suggest.ts";
import type { Terminal } from "../terminal.ts";

interface Help {
  verbs: readonly Verb[];
  /** The one that was asked for. */
  verb?: Verb;
}

const inJson = (verb: Verb) => ({
  name: verb.name,
  summary: verb.summary,
  usage: usageLine(verb),
  options: Object.entries(verb.options).map(([name, option]) => ({ name, ...option })),
});

export const help = defineVerb({
  name: "help",
  summary: "show this list, or the help for one verb",
  usage: "[VERB]",
  options: {},
  operands: { least: 0, most: 1, offers: "verbs" },
  isOwnText: true,
  async run({ verbs }: Context, { operands: [name] }: Input<Options>): Promise<Help> {
    if (name === undefined) return { verbs };
    const verb = verbs.find((known) => known.name === name);
    if (verb !== undefined) return { verbs, verb };
    const meant = nearest(
      name,
      verbs.map((known) => known.name),
    );
    throw new UsageError(`2x2 has no verb "${name}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`);
  },
  json: ({ verbs, verb }: Help) => (verb === undefined ? verbs.map(inJson) : inJson(verb)),
  print: ({ verbs, verb }: Help, terminal: Terminal) =>
    verb === undefined ? overview(verbs, terminal) : helpOf(verb, terminal),
});
