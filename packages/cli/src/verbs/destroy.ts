import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { DestroyResult, Kept } from "../deploy/destroy-stack.ts";

const options = {
  yes: { type: "boolean", summary: "delete without asking; the X keys stay" },
  "with-keys": { type: "boolean", summary: "delete the X keys as well" },
} as const;

export const destroy = defineVerb({
  usage: "--stage NAME [--yes] [--with-keys]",
  details: [
    "Says what is kept, asks, and follows the removal to its end. The table and the bucket stay, with their contents, and so do",
    "the X keys unless you want them deleted. Logs and the history of runs are deleted, and so is the web app's address: run",
    "`2x2 export` first, if you may want the stage back.",
  ].join("\n"),
  options,
  operands: { least: 0, most: 0 },
  async run(context: Context, { options: chosen }: Input<typeof options>): Promise<DestroyResult> {
    const { stage, tell } = context;
    if (stage === undefined) throw new UsageError("Name the stage: --stage NAME.");
    const { openAws } = await import("../deploy/aws.ts");
    const { destroyStack } = await import("../deploy/destroy-stack.ts");
    const aws = await openAws();
    try {
      return await destroyStack(
        aws,
        { stage, agrees: chosen.yes === true, withKeys: chosen["with-keys"] === true },
        { ...context, show: (kept) => tell([keptInWords(kept), "", ...wayBack(stage)].join("\n")) },
      );
    } finally {
      aws.close();
    }
  },
  isFailure: ({ outcome }: DestroyResult) => outcome === "declined",
  print({ outcome, stack, region, kept, keysDeleted }: DestroyResult) {
    if (outcome === "declined") return "Nothing was deleted. Without a terminal, confirm with `--yes`.";
    return [
      `${stack} in ${region} is removed${keysDeleted ? ", and the X keys are deleted" : ""}.`,
      ...kept.flatMap(removal),
    ].join("\n");
  },
});

const keptInWords = (kept: readonly Kept[]) =>
  ["Kept, with their contents:", ...named(kept).map(({ what, name }) => `  ${what} ${name}`)].join("\n");

const wayBack = (stage: string) => [
  `\`2x2 export FILE --stage ${stage}\` before, and \`2x2 import FILE\` into a new stage, bring the squares back. The new`,
  "stage has another address, so every device has to be invited again, and passkeys have to be made anew.",
];

const what: Readonly<Record<string, string>> = {
  Squares: "the table",
  Pictures: "the picture bucket",
  XKeys: "the X keys",
  CodeBucket: "the code bucket, which all stages share,",
};

/** A bucket policy has no name of its own; it stays with its bucket. */
const named = (kept: readonly Kept[]) =>
  kept.flatMap(({ resource, name }) => {
    const called = what[resource];
    return called === undefined ? [] : [{ what: called, name }];
  });

function removal({ resource, type, name }: Kept): string[] {
  const called = what[resource];
  if (called === undefined) return [];
  const way = type.endsWith("Table")
    ? `\`aws dynamodb delete-table --table-name ${name}\` deletes it for good`
    : type.endsWith("Parameter")
      ? `\`aws ssm delete-parameter --name ${name}\` deletes them`
      : "to delete it for good, empty it with its old versions and delete it in the S3 console";
  return [`  ${called} ${name} ${resource === "XKeys" ? "are" : "is"} kept: ${way}.`];
}
