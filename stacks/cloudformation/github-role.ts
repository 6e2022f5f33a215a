import { deployStatements } from "../deploy-policy.ts";
import { arnOf, either, equals, ref, sub, type Template, type Value } from "./template.ts";

const host = "token.actions.githubusercontent.com";

/** `${Stage}` in a text, or in each text of a list, is that of the stack. */
const filledIn = (texts: readonly string[]): Value => texts.map((text) => (text.includes("${") ? sub(text) : text));

/**
 * The role with which .github/workflows/deploy.yml deploys one stage: GitHub may take it for the environment of that name of one
 * repository, and for nothing else. docs.github.com, "Configuring OpenID Connect in Amazon Web Services".
 */
export const githubRole: Template = {
  AWSTemplateFormatVersion: "2010-09-09",
  Description: "twobytwo: the role with which GitHub deploys one stage, without a stored key",
  Metadata: {},
  Parameters: {
    Repository: {
      Type: "String",
      Description: "Owner and name of the repository at GitHub, as its address spells them.",
      AllowedPattern: "[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}",
      ConstraintDescription: "OWNER/REPOSITORY",
    },
    Stage: {
      Type: "String",
      Description: "The stage, and the environment of that name at GitHub.",
      Default: "production",
      AllowedPattern: "[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?",
      ConstraintDescription: "1 to 20 small letters, digits and dashes",
    },
    Provider: {
      Type: "String",
      Description:
        "ARN of the account's provider for GitHub, where it has one: AWS takes one an account. Empty: it is made, and kept.",
      Default: "",
      AllowedPattern: `(arn:aws:iam::[0-9]{12}:oidc-provider/${host.replaceAll(".", "\\.")})?`,
      ConstraintDescription: `arn:aws:iam::ACCOUNT:oidc-provider/${host}, or nothing`,
    },
  },
  Conditions: { MakesProvider: equals(ref("Provider"), "") },
  Resources: {
    GitHub: {
      Type: "AWS::IAM::OIDCProvider",
      Condition: "MakesProvider",
      // The roles of other stages, and of other projects, rely on it.
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: { Url: `https://${host}`, ClientIdList: ["sts.amazonaws.com"] },
    },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        // The name that the workflow asks for before it installs anything.
        RoleName: sub("twobytwo-deploy-${Stage}"),
        Description: "Deploys one stage of twobytwo from GitHub",
        MaxSessionDuration: 3600,
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Federated: either("MakesProvider", arnOf("GitHub"), ref("Provider")) },
              Action: "sts:AssumeRoleWithWebIdentity",
              Condition: {
                StringEquals: {
                  [`${host}:aud`]: "sts.amazonaws.com",
                  [`${host}:sub`]: sub("repo:${Repository}:environment:${Stage}"),
                },
              },
            },
          ],
        },
        Policies: [
          {
            PolicyName: "deploy",
            PolicyDocument: {
              Version: "2012-10-17",
              Statement: deployStatements({
                resources: "twobytwo-${Stage}-",
                parameters: "twobytwo/${Stage}/",
                stack: "twobytwo-${Stage}",
              }).map(({ Resource, ...statement }) => ({ ...statement, Resource: filledIn(Resource) })),
            },
          },
        ],
      },
    },
  },
  Outputs: { RoleArn: { Description: "The variable AWS_DEPLOY_ROLE_ARN of the environment", Value: arnOf("Role") } },
};
