import { requireVerb } from "../command-line.ts";
import {
  type Context,
  defineVerb,
  type Input,
  loadVerb,
  type Options,
  type Verb,
  type VerbLine,
} from "../define-verb.ts";
import { helpOf, overview, usageLine } from "../help.ts";
import type { Terminal } from "../terminal.ts";

interface Help {
  verbs: readonly VerbLine[];
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
  usage: "[VERB]",
  options: {},
  operands: { least: 0, most: 1, offers: "verbs" },
  isOwnText: true,
  async run({ verbs }: Context, { operands: [name] }: Input<Options>): Promise<Help> {
    return name === undefined ? { verbs } : { verbs, verb: await loadVerb(requireVerb(name, verbs)) };
  },
  json: async ({ verbs, verb }: Help) =>
    verb === undefined ? (await Promise.all(verbs.map(loadVerb))).map(inJson) : inJson(verb),
  print: ({ verbs, verb }: Help, terminal: Terminal) =>
    verb === undefined ? overview(verbs, terminal) : helpOf(verb, terminal),
});
