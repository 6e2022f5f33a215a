import { errorName } from "@twobytwo/core/errors";
import { endWorkflowPause } from "@twobytwo/core/schedule/pause-and-resume";
import type { OwnUser } from "@twobytwo/core/x/client";
import { credentialsFromJson, parseCredentials, writeCredentials, XCredentials } from "@twobytwo/core/x/credentials";
import { type Context, defineVerb, type Input, type Options, UsageError } from "../define-verb.ts";
import { credentialsOf, xWith } from "../x-of.ts";

const acts = ["set", "check"] as const;

interface Result {
  act: (typeof acts)[number];
  stage: string;
  /** Name of the SSM parameter; never what is in it. */
  parameter: string;
  account: OwnUser;
  /** The workflow had paused because X refused the keys, and goes on; absent where none were written. */
  resumed?: boolean;
}

const names = Object.keys(XCredentials.entries) as (keyof XCredentials)[];

export const credentials = defineVerb({
  name: "credentials",
  summary: "write the four keys of X where the functions read them, or check those that are there",
  usage: "set | check",
  details: [
    "Asks for the four keys and shows nothing of them, or reads them as JSON from standard input:",
    `{${names.map((name) => `"${name}": "…"`).join(", ")}}.`,
    "X is asked whose they are before they are written (one call, for which it charges a cent), so wrong ones change",
    "nothing. Functions that are warm read them anew as soon as X refuses the old ones. Where the workflow has paused",
    "because X refused the keys, that pause ends.",
    "A stage that SST deployed gets them by `npx sst secret set` as well: a deployment writes what SST knows.",
  ].join("\n"),
  options: {},
  operands: { least: 1, most: 1, offers: acts },
  async run(context: Context, { operands: [wanted] }: Input<Options>): Promise<Result> {
    const act = acts.find((known) => known === wanted);
    if (act === undefined) throw new UsageError(`"${wanted}" is nothing to do with credentials: write set or check.`);
    const given = act === "set" ? await readKeys(context) : undefined;
    const deployment = await context.deployment();
    const parameter = deployment.outputs.credentialsParameter;
    const keys = given ?? (await credentialsOf(deployment));
    const account = await (await xWith(deployment, keys)).me();
    const result = { act, stage: deployment.name, parameter, account: { id: account.id, username: account.username } };
    if (given === undefined) return result;
    await writeCredentials(deployment.ssm, parameter, given);
    return { ...result, resumed: await endWorkflowPause(deployment, errorName.notAuthorized) };
  },
  print: ({ act, parameter, account: { username, id }, resumed }: Result) =>
    act === "set"
      ? `X accepts the keys, of @${username} (${id}). They are written to ${parameter}.${resumed ? goesOn : ""}`
      : `X accepts the keys in ${parameter}, of @${username} (${id}).`,
});

const goesOn =
  " The workflow had paused because X refused the keys: that pause is over, and the next slot tries again. `2x2 post next` does at once.";

/** @throws UsageError where nobody is there to ask; NotAuthorized naming what is missing. */
async function readKeys({ piped, secret }: Pick<Context, "piped" | "secret">): Promise<XCredentials> {
  const text = await piped();
  if (text !== undefined && text.trim() !== "") return credentialsFromJson(text, "Standard input");
  const answers: Partial<XCredentials> = {};
  for (const name of names) {
    const answer = await secret(`${name}:`);
    if (answer === undefined)
      throw new UsageError("Nobody is there to ask for the keys: give them as JSON by standard input.");
    answers[name] = answer;
  }
  return parseCredentials(answers, "What was typed");
}
