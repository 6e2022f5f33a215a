import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { DestroyResult, Kept } from "../deploy/destroy-stack.ts";

const options = { yes: { type: "boolean", summary: "delete without asking" } } as const;

export const destroy = defineVerb({
  name: "destroy",
  summary: "remove a stage that CloudFormation deployed; squares and pictures are kept",
  usage: "--stage NAME [--yes]",
  details:
    "Says what is kept, asks, and follows the removal to its end. The table and the bucket stay, with their contents. Logs and\nthe history of runs are deleted.",
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
        { stage, agrees: chosen.yes === true },
        { ...context, show: (kept) => tell(keptInWords(kept)) },
      );
    } finally {
      aws.close();
    }
  },
  isFailure: ({ outcome }: DestroyResult) => outcome === "declined",
  print({ outcome, stack, region, kept }: DestroyResult) {
    if (outcome === "declined") return "Nothing was deleted. Without a terminal, confirm with `--yes`.";
    return [`${stack} in ${region} is removed.`, ...kept.flatMap(removal)].join("\n");
  },
});

const keptInWords = (kept: readonly Kept[]) =>
  ["Kept, with their contents:", ...named(kept).map(({ what, name }) => `  ${what} ${name}`)].join("\n");

const what: Readonly<Record<string, string>> = {
  Squares: "the table",
  Pictures: "the picture bucket",
  CodeBucket: "the code bucket",
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
    : "to delete it for good, empty it with its old versions and delete it in the S3 console";
  return [`  ${called} ${name} is kept: ${way}.`];
}
