/** A statement of a policy as IAM writes it. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: readonly string[];
  Resource: readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What the names of a deployment begin with: of every stage, or of one. */
export interface Names {
  resources: string;
  parameters: string;
  stack: string;
}

/** Of every stage. */
export const everyStage: Names = { resources: "twobytwo-", parameters: "twobytwo/", stack: "twobytwo-*" };

const services = ["lambda.amazonaws.com", "states.amazonaws.com", "scheduler.amazonaws.com"];

/**
 * What deploying takes, both ways. Whole services, but for what has this name alone: whoever may write the code of a function and
 * the policy of its role could give themselves each of these actions anyway. CloudFormation acts with the rights of its caller.
 * SST's own part is that of sst.dev/docs/iam-credentials.
 */
export function deployStatements({ resources: name, parameters, stack }: Names): Statement[] {
  const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  return [
    allow(
      "Resources",
      ["cloudwatch", "dynamodb", "events", "lambda", "logs", "scheduler", "sns", "sqs", "states"].map(
        (of) => `${of}:*`,
      ),
      [
        `arn:aws:cloudwatch:*:*:alarm:${name}*`,
        `arn:aws:cloudwatch::*:dashboard/${name}*`,
        `arn:aws:dynamodb:*:*:table/${name}*`,
        `arn:aws:events:*:*:rule/${name}*`,
        `arn:aws:lambda:*:*:function:${name}*`,
        `arn:aws:logs:*:*:log-group:/aws/lambda/${name}*`,
        `arn:aws:logs:*:*:log-group:/aws/vendedlogs/states/${name}*`,
        `arn:aws:scheduler:*:*:schedule/default/${name}*`,
        `arn:aws:sns:*:*:${name}*`,
        `arn:aws:sqs:*:*:${name}*`,
        `arn:aws:states:*:*:stateMachine:${name}*`,
      ],
    ),
    allow("Stack", ["cloudformation:*"], [`arn:aws:cloudformation:*:*:stack/${stack}/*`]),
    allow(
      "Buckets",
      ["s3:*"],
      [
        ...[`arn:aws:s3:::${name}*`, "arn:aws:s3:::twobytwo-code-*"],
        ...["arn:aws:s3:::sst-state-*", "arn:aws:s3:::sst-asset-*"],
      ],
    ),
    allow("Parameters", ["ssm:*"], [`arn:aws:ssm:*:*:parameter/${parameters}*`, "arn:aws:ssm:*:*:parameter/sst/*"]),
    allow("SstImages", ["ecr:CreateRepository", "ecr:DescribeRepositories"], ["arn:aws:ecr:*:*:repository/sst-asset"]),
    allow(
      "Roles",
      [
        ...["iam:CreateRole", "iam:DeleteRole", "iam:GetRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy"],
        ...["iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy", "iam:ListRolePolicies"],
        ...["iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:TagRole", "iam:UntagRole"],
      ],
      [`arn:aws:iam::*:role/${name}*`],
    ),
    {
      ...allow("PassRoles", ["iam:PassRole"], [`arn:aws:iam::*:role/${name}*`]),
      Condition: { StringEquals: { "iam:PassedToService": services } },
    },
    // What AWS knows no names for, or lists only as a whole.
    allow(
      "WithoutNames",
      [
        ...["cloudfront:CreateDistribution", "cloudfront:GetDistribution*", "cloudfront:UpdateDistribution"],
        ...["cloudfront:DeleteDistribution", "cloudfront:TagResource", "cloudfront:UntagResource"],
        ...["cloudfront:ListTagsForResource", "cloudfront:*OriginAccessControl*", "cloudfront:CreateFunction"],
        ...["cloudfront:DescribeFunction", "cloudfront:GetFunction", "cloudfront:UpdateFunction"],
        ...["cloudfront:PublishFunction", "cloudfront:DeleteFunction"],
        ...["cloudformation:ListStacks", "cloudformation:ValidateTemplate", "lambda:GetAccountSettings"],
        ...["logs:DescribeLogGroups", "logs:PutQueryDefinition", "logs:DescribeQueryDefinitions"],
        ...["logs:DeleteQueryDefinition", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes"],
        ...["sns:Unsubscribe", "ssm:DescribeParameters"],
        // What `2x2 preflight` asks for, so that it can tell what is in the way.
        ...["cloudformation:GetResource", "dynamodb:ListTables", "s3:ListAllMyBuckets"],
        ...["iam:GetRole", "iam:SimulatePrincipalPolicy"],
      ],
      ["*"],
    ),
  ];
}
