import { keepAccount } from "@twobytwo/core/asking/account";
import { errorName } from "@twobytwo/core/errors";
import type { Account } from "@twobytwo/core/networks/network";
import { endWorkflowPause } from "@twobytwo/core/schedule/pause-and-resume";
import { credentialsFromJson, parseCredentials, writeCredentials, XCredentials } from "@twobytwo/core/x/credentials";
import { type Context, defineVerb, type Input, type Options, UsageError } from "../define-verb.ts";
import { credentialsOf, xWith } from "../x-of.ts";
import { checkBluesky } from "./connect.ts";

const acts = ["set", "check"] as const;

interface Result {
  act: (typeof acts)[number];
  stage: string;
  /** Name of the SSM parameter; never what is in it. */
  parameter: string;
  account: Account;
  /** Whether a pause because of refused keys was ended; absent if no keys were stored. */
  resumed?: boolean;
  /** The account of Bluesky, if one is connected and its app password is good. */
  bluesky?: { id: string; username: string };
}

const names = Object.keys(XCredentials.entries) as (keyof XCredentials)[];

export const credentials = defineVerb({
  usage: "set | check",
  details: [
    "Asks for the four keys without showing them, or reads them as JSON from standard input:",
    `{${names.map((name) => `"${name}": "…"`).join(", ")}}.`,
    "The keys are checked with X before they are stored (one call, which costs a cent), so wrong keys change",
    "nothing. Running functions read the new keys as soon as X refuses the old ones. If the workflow has paused",
    "because X refused the keys, the pause ends.",
    "For a stage deployed with SST, also set them with `npx sst secret set`: a deployment stores the keys that SST has.",
  ].join("\n"),
  options: {},
  operands: { least: 1, most: 1, offers: acts },
  async run(context: Context, { operands: [wanted] }: Input<Options>): Promise<Result> {
    const act = acts.find((known) => known === wanted);
    if (act === undefined) throw new UsageError(`"${wanted}" is not an action of credentials: use set or check.`);
    const given = act === "set" ? await readKeys(context) : undefined;
    const deployment = await context.deployment();
    const parameter = deployment.outputs.credentialsParameter;
    const keys = given ?? (await credentialsOf(deployment));
    const account = await (await xWith(deployment, keys)).me();
    await keepAccount(deployment.table, account);
    const result = { act, stage: deployment.name, parameter, account: { id: account.id, username: account.username } };
    if (given === undefined) {
      const bluesky = await checkBluesky(deployment);
      return { ...result, ...(bluesky && { bluesky }) };
    }
    await writeCredentials(deployment.ssm, parameter, given);
    return { ...result, resumed: await endWorkflowPause(deployment, errorName.notAuthorized) };
  },
  print: ({ act, parameter, account: { username, id }, resumed, bluesky }: Result) =>
    act === "set"
      ? `X accepts the keys, of @${username} (${id}). They are stored in ${parameter}.${resumed ? goesOn : ""}`
      : `X accepts the keys in ${parameter}, of @${username} (${id}).${bluesky ? `\nBluesky accepts the app password of @${bluesky.username}.` : ""}`,
});

const goesOn =
  " The workflow had paused because X refused the keys. That pause is over, and the next slot tries again; `2x2 post next` tries at once.";

/** @throws UsageError if there is no terminal; NotAuthorized naming what is missing. */
async function readKeys({ piped, secret }: Pick<Context, "piped" | "secret">): Promise<XCredentials> {
  const text = await piped();
  if (text !== undefined && text.trim() !== "") return credentialsFromJson(text, "Standard input");
  const answers: Partial<XCredentials> = {};
  for (const name of names) {
    const answer = await secret(`${name}:`);
    if (answer === undefined)
      throw new UsageError("There is no terminal to ask for the keys: pass them as JSON on standard input.");
    answers[name] = answer;
  }
  return parseCredentials(answers, "What was typed");
}
