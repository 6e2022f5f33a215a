import { AwsError } from "@twobytwo/sandbox/aws-error";
import { type AwsAnswer, type AwsRequest, type AwsService, jsonService } from "@twobytwo/sandbox/aws-http";
import { type Account, accountId } from "../engine/account.ts";
import { list, queryService, text } from "./query.ts";

/** What the person who deploys may do, and what the account has, as a test wants it. */
export interface Administration {
  caller: string;
  /** What IAM decides of an action on a resource; docs.aws.amazon.com/IAM, "SimulatePrincipalPolicy". */
  decide(
    action: string,
    resource: string,
  ): { decision: "allowed" | "implicitDeny" | "explicitDeny"; missing?: string[] };
  /** What is there besides what the stacks made, `TYPE identifier`. */
  existing: Set<string>;
  /** Operations that nobody may call, for example `GetAccountSettings`. */
  forbidden: Set<string>;
}

export const ordinaryAccount = (): Administration => ({
  caller: `arn:aws:iam::${accountId}:user/owner`,
  decide: () => ({ decision: "allowed" }),
  existing: new Set(),
  forbidden: new Set(),
});

/** Stand-ins of the calls that are made before a deployment, in the protocols and with the answers that AWS documents. */
export function administrationServices(of: Administration, account: Account): AwsService[] {
  const requireAllowed = (operation: string) => {
    if (of.forbidden.has(operation))
      throw new AwsError("AccessDeniedException", `User: ${of.caller} is not authorized to perform: ${operation}`, 403);
  };
  return [
    // docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    queryService({
      name: "sts",
      version: "2011-06-15",
      operations: { GetCallerIdentity: () => ({ UserId: "owner", Account: accountId, Arn: of.caller }) },
    }),
    // docs.aws.amazon.com/IAM/latest/APIReference: API_SimulatePrincipalPolicy.html, API_GetRole.html
    queryService({
      name: "iam",
      version: "2010-05-08",
      operations: {
        GetRole: (form) => ({
          Role: {
            RoleName: text(form, "RoleName"),
            Path: "/people/",
            RoleId: "AROA",
            CreateDate: "2026-01-01T00:00:00Z",
            Arn: `arn:aws:iam::${accountId}:role/people/${text(form, "RoleName")}`,
          },
        }),
        SimulatePrincipalPolicy: (form) => {
          requireAllowed("iam:SimulatePrincipalPolicy");
          const source = text(form, "PolicySourceArn") ?? "";
          if (!/^arn:aws:iam::\d{12}:(user|role|group)\/./.test(source))
            throw new AwsError(
              "InvalidInput",
              `Invalid Entity Arn: ${source} does not clearly define entity type and name.`,
            );
          const EvaluationResults = list(form, "ActionNames").map((action) => {
            const { decision, missing = [] } = of.decide(String(action), String(list(form, "ResourceArns")[0]));
            return { EvalActionName: String(action), EvalDecision: decision, MissingContextValues: missing };
          });
          return { EvaluationResults, IsTruncated: "false" };
        },
      },
    }),
    lambdaSettings(account, requireAllowed),
    // docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResource.html
    jsonService({
      name: "cloudcontrolapi",
      prefix: "CloudApiService",
      version: "1.0",
      about: () => ({}),
      handle(_, { TypeName, Identifier }) {
        requireAllowed("cloudformation:GetResource");
        if (!of.existing.has(`${TypeName} ${Identifier}`))
          throw new AwsError(
            "ResourceNotFoundException",
            `Resource of type '${TypeName}' with identifier '${Identifier}' was not found.`,
          );
        return { status: 200, body: { TypeName, ResourceDescription: { Identifier, Properties: "{}" } } };
      },
    }),
  ];
}

/** docs.aws.amazon.com/lambda/latest/api: API_GetAccountSettings.html, API_GetFunctionConcurrency.html */
function lambdaSettings({ concurrency }: Account, requireAllowed: (operation: string) => void): AwsService {
  const answers: readonly [RegExp, (name: string) => AwsAnswer][] = [
    [
      /^\/2016-08-19\/account-settings\/?$/,
      () => {
        requireAllowed("lambda:GetAccountSettings");
        const { limit, unreserved } = concurrency;
        const AccountLimit = { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved };
        return { status: 200, body: { AccountLimit, AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 } } };
      },
    ],
    [
      /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/,
      (name) => {
        throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`, 404);
      },
    ],
  ];
  const find = ({ method, path }: AwsRequest) =>
    method === "GET" ? answers.find(([address]) => address.test(path)) : undefined;
  return {
    name: "lambda",
    matches: (request) => find(request) !== undefined,
    read(request) {
      const [address, answer] = find(request) ?? [];
      return {
        operation: request.path,
        perform: () => answer?.(address?.exec(request.path)?.[1] ?? "") ?? { status: 404, body: {} },
      };
    },
    refuse: ({ status, code, message }) => ({
      status,
      headers: { "x-amzn-errortype": code },
      body: { Type: "User", Message: message, message },
    }),
  };
}
