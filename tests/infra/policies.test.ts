import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { githubRole } from "@twobytwo/stacks/cloudformation/github-role";
import { policies } from "@twobytwo/stacks/policies";
import { describe, expect, it } from "vitest";
import { evaluate } from "../cloudformation/engine/evaluate.ts";
import { lint } from "../cloudformation/lint/lint.ts";
import { allows } from "./allows.ts";

/** Characters without white space; docs.aws.amazon.com/IAM, "IAM and AWS STS quotas". */
const mostCharacters = { managedPolicy: 6_144, policyInRole: 10_240 } as const;

describe("the published policies", () => {
  it("are small enough for IAM", () => {
    for (const policy of Object.values(policies))
      expect(JSON.stringify(policy).length).toBeLessThan(mostCharacters.managedPolicy);
  });

  it("let who uses a stage change neither its code, its roles nor its workflow", () => {
    const { Statement } = policies.use;
    for (const [action, arn] of [
      ["s3:PutObject", "arn:aws:s3:::twobytwo-code-123456789012-eu-central-1/twobytwo/web.zip"],
      ["lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:twobytwo-production-web"],
      ["iam:PutRolePolicy", "arn:aws:iam::123456789012:role/twobytwo-production-schedule-eu-central-1"],
      [
        "states:UpdateStateMachine",
        "arn:aws:states:eu-central-1:123456789012:stateMachine:twobytwo-production-post-square",
      ],
    ] as const) {
      expect([action, allows(Statement, action, arn)]).toEqual([action, false]);
      expect([action, allows(policies.deploy.Statement, action, arn)]).toEqual([action, true]);
    }
  });

  it("let roles be passed on to the services that the deployment uses, and to no other", () => {
    const passing = Object.values(policies).flatMap(({ Statement }) =>
      Statement.filter(({ Action }) => Action.some((action) => /^(iam:(PassRole|\*)|\*)$/.test(action))),
    );
    expect(passing).toHaveLength(2);
    for (const { Condition } of passing)
      expect([Condition?.["StringEquals"]?.["iam:PassedToService"]].flat()).toContain("scheduler.amazonaws.com");
  });
});

describe("the role for GitHub", () => {
  const account = "123456789012";
  const deployed = (given: Record<string, string>) => {
    const scope = {
      parameters: { Repository: "artist/squares", Stage: "production", Provider: "", ...given },
      conditions: githubRole.Conditions,
      resources: new Map([["GitHub", { id: "made", attributes: { Arn: "made" } }]]),
      pseudo: { "AWS::AccountId": account },
    };
    return evaluate(githubRole.Resources["Role"]?.Properties, scope) as {
      RoleName: string;
      AssumeRolePolicyDocument: unknown;
      Policies: [{ PolicyDocument: { Statement: Parameters<typeof allows>[0] } }];
    };
  };

  it("is a template that AWS's published resource schemas take, but for the interface of the console", async () => {
    expect((await lint(githubRole)).filter((problem) => !/is in no group$/.test(problem))).toEqual([]);
  });

  it("can be taken for the stage's environment of one repository, and for nothing else", () => {
    // docs.github.com, "OpenID Connect reference": the subject of a job that names an environment.
    expect(deployed({}).AssumeRolePolicyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: "made" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:sub": "repo:artist/squares:environment:production",
            },
          },
        },
      ],
    });
    const Provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
    expect(deployed({ Provider }).AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Principal: { Federated: Provider } }],
    });
  });

  it("is called as the workflow asks, and may touch neither another stage nor itself", async () => {
    const { RoleName, Policies } = deployed({ Stage: "rehearsal" });
    const workflow = await readFile(path.join(root, ".github", "workflows", "deploy.yml"), "utf8");
    expect(workflow).toContain(RoleName.replace("rehearsal", "$STAGE"));
    const { Statement } = Policies[0].PolicyDocument;
    expect(JSON.stringify(Statement).length).toBeLessThan(mostCharacters.policyInRole);
    const may = (action: string, arn: string) => allows(Statement, action, arn);
    const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
    expect(may("iam:PutRolePolicy", role("twobytwo-rehearsal-TweetRole-abcd"))).toBe(true);
    for (const name of ["twobytwo-production-TweetRole-abcd", RoleName, "twobytwo-deploy-production"])
      expect([name, may("iam:PutRolePolicy", role(name))]).toEqual([name, false]);
    const table = (name: string) => `arn:aws:dynamodb:eu-central-1:${account}:table/${name}`;
    expect(may("dynamodb:DeleteTable", table("twobytwo-rehearsal-SquaresTable-abcd"))).toBe(true);
    expect(may("dynamodb:DeleteTable", table("twobytwo-production-SquaresTable-abcd"))).toBe(false);
  });
});
