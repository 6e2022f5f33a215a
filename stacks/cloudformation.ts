import { alarms } from "./cloudformation/alarms.ts";
import { dashboard } from "./cloudformation/dashboard.ts";
import { functionResources } from "./cloudformation/functions.ts";
import { outputs, outputsParameter } from "./cloudformation/outputs.ts";
import { conditions, parameterInterface, parameters } from "./cloudformation/parameters.ts";
import { storage } from "./cloudformation/storage.ts";
import type { Template } from "./cloudformation/template.ts";
import { webDomain } from "./cloudformation/web-domain.ts";
import { inbox, schedule, workflow } from "./cloudformation/workflow.ts";

export interface RenderOptions {
  /** workflow.asl.json as it stands, with its placeholders. */
  definition: unknown;
  /** Names of the zips by those of the functions; `<function>.zip` where none is given. */
  zipNames?: Readonly<Record<string, string>>;
}

/** The blueprint as one CloudFormation template. The same input gives the same template, key by key. */
export function renderTemplate({ definition, zipNames = {} }: RenderOptions): Template {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "twobytwo: posts an artist's small square pictures to X, one at a time, on a schedule, never twice",
    Metadata: { "AWS::CloudFormation::Interface": parameterInterface },
    Parameters: parameters,
    Conditions: conditions,
    Resources: {
      ...storage,
      ...functionResources(zipNames),
      ...workflow(definition),
      ...schedule,
      ...inbox,
      ...alarms,
      ...dashboard,
      ...webDomain,
      ...outputsParameter,
    },
    Outputs: outputs,
  };
}
