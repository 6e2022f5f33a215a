import { readDefinition } from "@twobytwo/scripts/cloudformation";
import { renderTemplate } from "@twobytwo/stacks/cloudformation";
import type { Template } from "@twobytwo/stacks/cloudformation/template";
import { beforeAll, describe, expect, it } from "vitest";
import { evaluate, type Graph } from "../infra/graph.ts";
import { account, region } from "../infra/mocks.ts";
import { installPlatform } from "../infra/platform.ts";
import { modelOfGraph } from "./parity/graph-model.ts";
import { differences, type Model } from "./parity/model.ts";
import { modelOfTemplate } from "./parity/template-model.ts";

/** Where the two ways to deploy are not the same, and why that is right. */
const accepted: Readonly<Record<string, string>> = {
  "parameter /twobytwo/production/settings":
    "A stack remembers its parameters; SST forgets the variables of whoever deployed, and reads them from here.",
  "parameter /twobytwo/production/x-credentials":
    "CloudFormation cannot create a SecureString; SST makes it of its secrets. Both can be written by `2x2 credentials set`.",
  "table.DeletionProtectionEnabled":
    "A protected table could not be taken back where a first deployment fails; the template's table is kept by RetainExceptOnCreate, also when the stack is deleted.",
};

const definition = await readDefinition();
const modelWith = (change: (template: Template) => void, parameters: Record<string, string> = {}): Model => {
  const template = structuredClone(renderTemplate({ definition }));
  change(template);
  return modelOfTemplate(template, { account, region, parameters });
};

const WebDomain = "squares.example.org";
const WebCertificate = `arn:aws:acm:us-east-1:${account}:certificate/0b7a`;

let sst: Model;
let withDomain: Model;
beforeAll(async () => {
  await installPlatform();
  const settings = { TWOBYTWO_WEB_DOMAIN: WebDomain, TWOBYTWO_WEB_CERTIFICATE: WebCertificate };
  const programs = [{ stage: "production" }, { stage: "production", settings }];
  const [graph, another] = (await evaluate(programs)) as [Graph, Graph];
  expect([graph.errors, another.errors]).toEqual([[], []]);
  sst = modelOfGraph(graph);
  withDomain = modelOfGraph(another);
}, 300_000);

describe("SST's graph and the template", () => {
  it("are the same but for what is accepted, and each accepted difference is really there", () => {
    const found = differences(
      sst,
      modelWith(() => {}),
    );
    expect(found.map(({ at }) => at)).toEqual(Object.keys(accepted));
  });

  it("are the same with a domain of one's own, where the function's address answers to CloudFront alone", () => {
    const found = differences(
      withDomain,
      modelWith(() => {}, { WebDomain, WebCertificate }),
    );
    expect(found.map(({ at }) => at)).toEqual(Object.keys(accepted));
    const web = "twobytwo-production-web";
    const byCloudFront = { Principal: "cloudfront.amazonaws.com", SourceArn: expect.stringMatching(/:distribution\//) };
    expect(withDomain).toMatchObject({
      [`url of arn:aws:lambda:${region}:${account}:function:${web}`]: { AuthType: "AWS_IAM" },
      [`permission for lambda:InvokeFunctionUrl on ${web}`]: byCloudFront,
      [`permission for lambda:InvokeFunction on ${web}`]: { ...byCloudFront, InvokedViaFunctionUrl: true },
      [`function ${web}`]: {
        Environment: { Variables: { WEB_ORIGIN: `https://${WebDomain}`, WEB_VIEWER_HEADER: "true-client-ip" } },
      },
    });
  });

  it("speak of everything that decides what happens", () => {
    const kinds = new Set(Object.keys(sst).map((name) => name.split(" ")[0]));
    expect([...kinds].sort()).toEqual(
      [
        ...["alarm", "bucket", "dashboard", "function", "log", "parameter", "permission", "query", "queue", "retries"],
        ...["role", "rule", "schedule", "state", "table", "topic", "url"],
      ].sort(),
    );
  });

  it.each<[string, (template: Template) => void, string]>([
    [
      "an action that a role lacks",
      ({ Resources }) => {
        const { Policies } = Resources["TweetRole"]!.Properties as unknown as { Policies: Policy[] };
        Policies[0]!.PolicyDocument.Statement.pop();
      },
      "role TweetRole.grants",
    ],
    [
      "a role for another service",
      ({ Resources }) => set(Resources["ScheduleRole"], "AssumeRolePolicyDocument", { Statement: [] }),
      "role ScheduleRole.trust",
    ],
    [
      "another index",
      ({ Resources }) => set(Resources["Squares"], "GlobalSecondaryIndexes", []),
      "table.GlobalSecondaryIndexes",
    ],
    [
      "an environment variable that is missing",
      ({ Resources }) => set(Resources["NotifyFunction"], "Environment", { Variables: {} }),
      "function twobytwo-production-notify.Environment.Variables.ALERTS_TOPIC_ARN",
    ],
    [
      "another target of the schedule",
      ({ Resources }) => {
        const target = Resources["Schedule"]!.Properties["Target"] as object;
        Object.assign(target, { Arn: { "Fn::GetAtt": ["TweetFunction", "Arn"] } });
      },
      "schedule default/twobytwo-production-post-square.Target.Arn",
    ],
    [
      "another definition",
      ({ Resources }) => {
        const { DefinitionString } = Resources["StateMachine"]!.Properties;
        set(
          Resources["StateMachine"],
          "DefinitionString",
          String(DefinitionString).replace('"MaxAttempts":4', '"MaxAttempts":5'),
        );
      },
      "state machine twobytwo-production-post-square.definition.States.Select square.Retry",
    ],
    ["data that is not kept", ({ Resources }) => void delete Resources["Pictures"]!.DeletionPolicy, "bucket.isKept"],
    [
      "what one of them does not have at all",
      ({ Resources }) => void delete Resources["IngestRulePermission"],
      "permission for lambda:InvokeFunction on twobytwo-production-ingest",
    ],
  ])("show %s", (_, change, at) => {
    const found = differences(sst, modelWith(change)).map((difference) => difference.at);
    expect(found).toContain(at);
  });
});

interface Policy {
  PolicyDocument: { Statement: unknown[] };
}

function set(resource: Template["Resources"][string] | undefined, name: string, value: unknown): void {
  Object.assign(resource?.Properties ?? {}, { [name]: value });
}
