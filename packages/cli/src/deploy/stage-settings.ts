import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { root } from "@twobytwo/scripts/root";
import { keptSettings, readSettings, type Settings } from "@twobytwo/stacks/settings";
import * as v from "valibot";
import { findParameter } from "../parameter.ts";
import { changedSettings, type SettingChange } from "./parameters.ts";

/** What a deployment with SST would set. */
export interface StageSettings {
  /** The variables that the stage keeps, as they will be. */
  kept: Record<string, string>;
  changes: SettingChange[];
  settings: Settings;
}

const Kept = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

/**
 * The settings of a stage: the environment, then `.env.STAGE` and `.env` as SST reads them, then what the stage has.
 *
 * @throws Error that names a variable with a wrong value.
 */
export async function readStageSettings(ssm: SSMClient, stage: string): Promise<StageSettings> {
  const text = await findParameter(ssm, `/twobytwo/${stage}/settings`);
  const before = text === undefined ? {} : v.parse(Kept, text);
  const environment = { ...(await fileOf(".env")), ...(await fileOf(`.env.${stage}`)), ...process.env };
  const kept = keptSettings(environment, before);
  return { kept, changes: changedSettings(kept, before), settings: readSettings({ ...environment, ...kept }) };
}

async function fileOf(name: string): Promise<NodeJS.Dict<string>> {
  try {
    return parseEnv(await readFile(path.join(root, name), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
