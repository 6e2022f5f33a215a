import { readFile } from "node:fs/promises";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { TaskError } from "@twobytwo/core/errors";
import { tlsOnly } from "@twobytwo/stacks/deployment-facts";
import { type Aws, partitionOf } from "./aws.ts";

/** One a region, for all stages of an account. */
export const usualBucket = ({ account, region }: Aws) => `twobytwo-code-${account}-${region}`;

type Answer = Error & { $metadata?: { httpStatusCode?: number } };
const statusOf = (error: unknown) => (error as Answer).$metadata?.httpStatusCode;

/** @throws TaskError if the bucket belongs to somebody else, whose code would then run. */
export async function hasBucket({ s3, account }: Aws, Bucket: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: account }));
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    if (statusOf(error) !== 403) throw error;
    throw new TaskError(
      "rejected",
      `The bucket ${Bucket} does not belong to this account, or these credentials may not read it: name another one with --code-bucket.`,
      { cause: error },
    );
  }
}

/** A private bucket that accepts only TLS. */
export async function makeBucket({ s3, account, region }: Aws, Bucket: string): Promise<void> {
  const owned = { Bucket, ExpectedBucketOwner: account };
  const isElsewhere = region !== "us-east-1";
  const LocationConstraint = region as BucketLocationConstraint;
  await s3.send(
    new CreateBucketCommand({ Bucket, ...(isElsewhere && { CreateBucketConfiguration: { LocationConstraint } }) }),
  );
  await s3.send(
    new PutPublicAccessBlockCommand({
      ...owned,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  const arn = `arn:${partitionOf(region)}:s3:::${Bucket}`;
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [tlsOnly(arn, `${arn}/*`)] });
  await s3.send(new PutBucketPolicyCommand({ ...owned, Policy }));
}

export interface CodeObject {
  key: string;
  content: string | { file: string };
}

/** Uploads an object unless it exists; its key contains the hash of its content. @returns whether it was uploaded */
export async function upload({ s3, account }: Aws, Bucket: string, { key, content }: CodeObject): Promise<boolean> {
  const place = { Bucket, Key: key, ExpectedBucketOwner: account };
  try {
    await s3.send(new HeadObjectCommand(place));
    return false;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  const Body = typeof content === "string" ? content : await readFile(content.file);
  await s3.send(new PutObjectCommand({ ...place, Body }));
  return true;
}
