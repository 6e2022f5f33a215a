import { stageRefusal } from "@twobytwo/stacks/place";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { Preflight } from "../deploy/preflight.ts";
import { describePreflight } from "../describe-preflight.ts";

const options = {
  with: { type: "string", value: "TOOL", values: ["sst", "cloudformation"], summary: "what it is to be deployed with" },
  "within-sst": { type: "boolean", summary: "the lock of SST is that of whoever asks" },
} as const;

export const preflight = defineVerb({
  usage: "--stage NAME [--with sst|cloudformation]",
  details: [
    "Looks at the credentials, the region, IAM's rights, Lambda's quota, what an earlier deployment left, the settings that",
    "would change, and the next post. It changes nothing. Both ways to deploy begin with it; with TWOBYTWO_PREFLIGHT=off, they",
    "go ahead without.",
  ].join("\n"),
  options,
  operands: { least: 0, most: 0 },
  async run({ stage, clock }: Context, { options: chosen }: Input<typeof options>): Promise<Preflight> {
    if (stage === undefined) throw new UsageError("Name the stage, for example --stage production.");
    const refusal = stageRefusal(stage);
    if (refusal !== undefined) throw new UsageError(refusal);
    const { openAws } = await import("../deploy/aws.ts");
    const { preflight: look } = await import("../deploy/preflight.ts");
    const aws = await openAws();
    try {
      const tool = chosen.with as "sst" | "cloudformation" | undefined;
      return await look(aws, { stage, tool, isWithinSst: chosen["within-sst"] === true, clock });
    } finally {
      aws.close();
    }
  },
  isFailure: ({ checks }: Preflight) => checks.some(({ state }) => state === "wrong"),
  print: (result: Preflight, terminal) => describePreflight(result, terminal),
});
