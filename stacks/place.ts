import { parameters } from "./cloudformation/parameters.ts";

/** What a deployment is called and where it goes, and what is against it. */
export interface Place {
  region?: string;
  /** Why AWS would not run it there, and the way out, in one sentence. */
  refusal?: string;
}

/**
 * Regions in which Lambda has no function URLs, each with the nearest that has them and is open to every account;
 * docs.aws.amazon.com/lambda, "Creating and managing Lambda function URLs".
 */
const withoutFunctionUrls: Readonly<Record<string, string>> = {
  "ap-east-2": "ap-northeast-1",
  "ap-south-2": "ap-south-1",
  "ap-southeast-4": "ap-southeast-2",
  "ap-southeast-5": "ap-southeast-1",
  "ap-southeast-6": "ap-southeast-2",
  "ap-southeast-7": "ap-southeast-1",
  "ca-west-1": "ca-central-1",
  "eu-central-2": "eu-central-1",
  "eu-south-2": "eu-west-3",
  "il-central-1": "eu-central-1",
  "me-central-1": "ap-south-1",
  "mx-central-1": "us-east-2",
};

/** Regions that have all that a deployment needs: function URLs, EventBridge Scheduler, and Node on arm64. */
const known = [
  ...["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1"],
  ...["ap-southeast-2", "ap-southeast-3", "ca-central-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1"],
  ...["eu-west-2", "eu-west-3", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
];

/** Whether it is known what this region has. */
export const isKnownRegion = (region: string): boolean => known.includes(region) || region in withoutFunctionUrls;

/** Why no stage can have this name; undefined where it can. */
export function stageRefusal(stage: string): string | undefined {
  const rule = parameters["Stage"];
  return new RegExp(`^(${rule?.AllowedPattern})$`).test(stage)
    ? undefined
    : `The name of a stage is ${rule?.ConstraintDescription}: "${stage}" is not.`;
}

/** Why nothing can be deployed to this region; undefined where it can, or where nobody here knows. */
export function regionRefusal(region: string | undefined): string | undefined {
  if (region === undefined)
    return "No AWS region is set: set AWS_REGION, or the region of your profile in ~/.aws/config, to where everything is to be created.";
  const nearest = withoutFunctionUrls[region];
  return nearest === undefined
    ? undefined
    : `Lambda has no function URLs in ${region}, which the web app needs: set AWS_REGION to another region, for example ${nearest}.`;
}

/** The region as every AWS program on this machine finds it: the environment, then the profile. */
export async function regionHere(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  // The SDK for JavaScript does not know the second name; that for Go, with which SST is written, does.
  const named = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
  if (named) return named;
  const { STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient({});
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

/** Set to `off`, nothing is checked before a deployment, and nothing read from the stage. */
export const isCheckedBefore = (environment: NodeJS.ProcessEnv = process.env): boolean =>
  environment["TWOBYTWO_PREFLIGHT"] !== "off";

/** Where SST is to deploy a stage. */
export async function placeOf(stage: string): Promise<Place> {
  const region = await regionHere();
  const refusal = isCheckedBefore() ? (stageRefusal(stage) ?? regionRefusal(region)) : undefined;
  return { ...(region !== undefined && { region }), ...(refusal !== undefined && { refusal }) };
}

/**
 * What makes SST refuse a deployment before it makes anything. SST shows nothing of an error that `app` throws; but it
 * names a profile that is not there, as long as nobody else names one.
 *
 * @throws Error where SST takes no profile from here; the terminal then says why, and SST does with --print-logs.
 */
export async function profileThatRefuses(refusal: string): Promise<string> {
  if (!process.env["AWS_PROFILE"] && !process.env["SST_AWS_NO_PROFILE"]) return refusal;
  const { writeFile } = await import("node:fs/promises");
  await writeFile("/dev/tty", `\n${refusal}\n`).catch(() => {});
  throw new Error(refusal);
}
