import { createHash } from "node:crypto";
import type { Template } from "@twobytwo/stacks/cloudformation/template";
import type { Aws } from "./aws.ts";
import type { Plan } from "./change-set.ts";
import { hasBucket, makeBucket, upload, usualBucket } from "./code-bucket.ts";
import type { DeployOptions } from "./stack.ts";

export interface Shipped {
  bucket: string;
  rendered: Template;
  /** How CloudFormation gets the template; undefined if a dry run would have to create the bucket first. */
  template: Plan["template"] | undefined;
  /** Of template and code together. */
  hash: string;
  uploaded: string[];
}

/** Bytes of a template that CloudFormation accepts without a bucket; docs.aws.amazon.com, "CloudFormation quotas". */
const mostInline = 51_200;

const usualPrefix = "twobytwo/";

/** The first characters of a hash, which is enough among the zips of one function. */
const short = (sha256: string) => sha256.slice(0, 16);

/**
 * Puts what is new into the code bucket, which it makes where there is none. A zip has the hash of its content in its
 * name: what did not change is not sent again, and CloudFormation sees which functions did. In a dry run nothing is put.
 * Bucket and prefix are those of the stack's parameters in `given`, unless others were asked for.
 */
export async function shipRelease(
  aws: Aws,
  { release, settings, codeBucket, isDryRun }: DeployOptions,
  { given, signal }: { given: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<Shipped> {
  const bucket = codeBucket ?? given["CodeBucket"] ?? usualBucket(aws);
  const prefix = settings["CodePrefix"] ?? given["CodePrefix"] ?? usualPrefix;
  const names = Object.fromEntries(release.zips.map(({ name, sha256 }) => [name, `${name}-${short(sha256)}.zip`]));
  const rendered = release.render(names);
  const body = JSON.stringify(rendered);
  const hash = short(createHash("sha256").update(body).digest("hex"));
  const isInline = Buffer.byteLength(body) <= mostInline;
  const templateKey = `${prefix}template-${hash}.json`;
  const uploads = release.zips.map(({ name, file }) => ({ key: `${prefix}${names[name]}`, content: { file } }));
  const sent = isInline ? [] : [{ key: templateKey, content: body }];
  const isThere = await hasBucket(aws, bucket);
  const shipped = { bucket, rendered, hash };
  if (isDryRun && !isThere)
    return { ...shipped, template: isInline ? { TemplateBody: body } : undefined, uploaded: [] };
  if (!isThere) await makeBucket(aws, bucket);
  const uploaded: string[] = [];
  // CloudFormation reads a large template from the bucket even to say what it would change.
  for (const one of isDryRun ? sent : [...uploads, ...sent]) {
    signal.throwIfAborted();
    if (await upload(aws, bucket, one)) uploaded.push(one.key);
  }
  const TemplateURL = `https://${bucket}.s3.${aws.region}.${suffixOf(aws.region)}/${templateKey}`;
  return { ...shipped, template: isInline ? { TemplateBody: body } : { TemplateURL }, uploaded };
}

const suffixOf = (region: string) => (region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com");
