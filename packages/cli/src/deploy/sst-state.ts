import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { findParameter } from "../parameter.ts";
import type { Named } from "./names.ts";

/**
 * What SST has written down of a stage: `/sst/bootstrap` names the bucket, in which `app/APP/STAGE.json` is Pulumi's
 * checkpoint and `lock/APP/STAGE.json` is there while SST works (pkg/project/provider of SST's source).
 */
export interface SstState {
  /** ISO time since which the stage is locked. */
  lockedSince?: string;
  /** Whether a resource is among those that SST made. */
  has(resource: Named): boolean;
  /** How many resources it knows; 0 for a stage that was never deployed with SST, or was removed. */
  resources: number;
}

const Bootstrap = v.pipe(v.string(), v.parseJson(), v.object({ state: v.string() }));
const Lock = v.pipe(v.string(), v.parseJson(), v.object({ created: v.string() }));
const Checkpoint = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    checkpoint: v.object({
      latest: v.nullish(
        v.object({
          resources: v.optional(
            v.array(
              v.object({
                type: v.string(),
                id: v.optional(v.string()),
                outputs: v.optional(v.record(v.string(), v.unknown())),
              }),
            ),
            [],
          ),
        }),
      ),
    }),
  }),
);

/** @throws Error where it may not be read, or is not of the form that this SST writes. */
export async function readSstState({ s3, ssm }: { s3: S3Client; ssm: SSMClient }, stage: string): Promise<SstState> {
  const none: SstState = { has: () => false, resources: 0 };
  const bootstrap = await findParameter(ssm, "/sst/bootstrap");
  if (bootstrap === undefined) return none;
  const { state: Bucket } = v.parse(Bootstrap, bootstrap);
  const read = async (key: string): Promise<string | undefined> => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `${key}/twobytwo/${stage}.json` }));
      return await Body?.transformToString();
    } catch (error) {
      if (/^NoSuch(Key|Bucket)$/.test((error as Error).name)) return undefined;
      throw error;
    }
  };
  const [lock, checkpoint] = [await read("lock"), await read("app")];
  const locked = lock === undefined ? {} : { lockedSince: v.parse(Lock, lock).created };
  if (checkpoint === undefined) return { ...none, ...locked };
  // Components, providers and the stack itself have no id.
  const made = (v.parse(Checkpoint, checkpoint).checkpoint.latest?.resources ?? []).filter(
    ({ id, type }) => id !== undefined && type.startsWith("aws:"),
  );
  return { ...locked, resources: made.length, has: (resource) => made.some((one) => isSame(one, resource)) };
}

/** Pulumi's `aws:cloudwatch/eventRule:EventRule` is CloudFormation's `AWS::Events::Rule`. */
function isSame(
  { type, id, outputs = {} }: { type: string; id?: string | undefined; outputs?: Record<string, unknown> | undefined },
  { type: wanted, name, identifier }: Named,
): boolean {
  const [kind, wantedKind] = [type.split(":").at(-1) ?? "", wanted.split("::").at(-1) ?? ""];
  if (!kind.endsWith(wantedKind)) return false;
  return [id, outputs["arn"], outputs["name"]].some((known) => known === name || known === identifier);
}
