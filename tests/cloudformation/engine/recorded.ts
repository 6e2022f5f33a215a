import { type Account, accountId, region } from "./account.ts";
import type { Physical } from "./evaluate.ts";
import { statementsOf, trustedBy } from "./policy.ts";
import { type Naming, nameOf, type Provider, text } from "./provider.ts";
import { type Fields, isFields } from "./references.ts";

/** Roles: nothing can be called with them, but who may do what is decided by them (`authorize.ts`). */
export const role: Provider = {
  isEmulated: false,
  async create(account, properties, naming) {
    const name = nameOf(account, properties, "RoleName", naming);
    return writeRole(account, properties, name);
  },
  async update(account, { id }, properties) {
    return writeRole(account, properties, id);
  },
  async remove({ roles }, { attributes }) {
    roles.delete(attributes["Arn"] ?? "");
  },
};

function writeRole({ roles }: Account, properties: Fields, name: string): Physical {
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  if (properties["ManagedPolicyArns"] !== undefined) throw new Error("Managed policies cannot be weighed here.");
  const policies = Array.isArray(properties["Policies"]) ? properties["Policies"].filter(isFields) : [];
  roles.set(arn, {
    arn,
    trusted: trustedBy(properties["AssumeRolePolicyDocument"]),
    statements: policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument)),
  });
  return { id: name, attributes: { Arn: arn } };
}

export const permission: Provider = {
  isEmulated: false,
  async create(account, properties, naming) {
    const sourceArn = properties["SourceArn"];
    account.permissions.push({
      functionName: text(properties, "FunctionName"),
      action: text(properties, "Action"),
      principal: text(properties, "Principal"),
      viaUrl: properties["FunctionUrlAuthType"] === "NONE" || properties["InvokedViaFunctionUrl"] === true,
      ...(typeof sourceArn === "string" && { sourceArn }),
    });
    return { id: `${naming.stackName}-${naming.logicalId}`, attributes: {} };
  },
  async remove() {},
};

/** Things that nothing on this machine looks into; each has its name and its ARN, as AWS forms them. */
const remembered = (
  form: (account: { unique(): string }, properties: Fields, naming: Naming) => Physical,
): Provider => ({
  isEmulated: false,
  create: async (account, properties, naming) => form(account, properties, naming),
  update: async (_, physical) => physical,
  async remove() {},
});

const named =
  (property: string, arn: (name: string) => string) =>
  (account: { unique(): string }, properties: Fields, { stackName, logicalId }: Naming): Physical => {
    const given = properties[property];
    const name = typeof given === "string" ? given : `${stackName}-${logicalId}-${account.unique()}`;
    return { id: name, attributes: { Arn: arn(name) } };
  };

export const logGroup = remembered(
  named("LogGroupName", (name) => `arn:aws:logs:${region}:${accountId}:log-group:${name}:*`),
);
export const alarm = remembered(
  named("AlarmName", (name) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`),
);
export const dashboard = remembered(
  named("DashboardName", (name) => `arn:aws:cloudwatch::${accountId}:dashboard/${name}`),
);
export const queue = remembered((account, properties, naming) => {
  const { id, attributes } = named("QueueName", (name) => `arn:aws:sqs:${region}:${accountId}:${name}`)(
    account,
    properties,
    naming,
  );
  return { id: `https://sqs.${region}.amazonaws.com/${accountId}/${id}`, attributes: { ...attributes, QueueName: id } };
});
/** Policies and settings of other resources, which have no name of their own. */
export const attachment = remembered((_, __, { stackName, logicalId }) => ({
  id: `${stackName}-${logicalId}`,
  attributes: {},
}));
