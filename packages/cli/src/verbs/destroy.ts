import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { DestroyResult, Kept } from "../deploy/destroy-stack.ts";

const options = { yes: { type: "boolean", summary: "delete without asking" } } as const;

export const destroy = defineVerb({
  name: "destroy",
  summary: "take a stage that CloudFormation deployed out of AWS; squares and pictures are kept",
  usage: "--stage NAME [--yes]",
  details:
    "Says what is kept, asks, and follows it to its end. The table and the bucket stay, with all that is in them; the logs and the history of the runs go.",
  options,
  operands: { least: 0, most: 0 },
  async run(context: Context, { options: chosen }: Input<typeof options>): Promise<DestroyResult> {
    const { stage, tell } = context;
    if (stage === undefined) throw new UsageError("Say which stage: --stage NAME.");
    const { openAws } = await import("../deploy/aws.ts");
    const { destroyStack } = await import("../deploy/destroy-stack.ts");
    const aws = await openAws();
    try {
      return await destroyStack(
        aws,
        { stage, agrees: chosen.yes === true },
        { ...context, show: (kept) => tell(keptInWords(kept)) },
      );
    } finally {
      aws.close();
    }
  },
  isFailure: ({ outcome }: DestroyResult) => outcome === "declined",
  print({ outcome, stack, region, kept }: DestroyResult) {
    if (outcome === "declined") return "Nothing was deleted. `--yes` agrees where nobody can be asked.";
    return [`${stack} in ${region} is gone.`, ...kept.flatMap(removal)].join("\n");
  },
});

const keptInWords = (kept: readonly Kept[]) =>
  ["Kept, with all that is in it:", ...named(kept).map(({ what, name }) => `  ${what} ${name}`)].join("\n");

const what: Readonly<Record<string, string>> = {
  Squares: "the table",
  Pictures: "the bucket of pictures",
  CodeBucket: "the bucket of the code",
};

/** A policy has no name of its own; it stays with its bucket. */
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
    : "for good it is emptied, with its old versions, and deleted in the S3 console";
  return [`  ${called} ${name} is kept: ${way}.`];
}
