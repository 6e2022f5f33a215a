/// <reference path="../.sst/platform/config.d.ts" />

interface Statement {
  actions: string[];
  resources: $util.Input<string>[];
}

/** The trust of a role that one service of AWS may take, and nobody else. */
export const trustOf = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

/** A role that one service of AWS may take, with these statements and no others. */
export function roleFor(
  of: string,
  { name, service, statements }: { name: $util.Input<string>; service: string; statements: readonly Statement[] },
) {
  return new aws.iam.Role(`${of}Role`, {
    name,
    assumeRolePolicy: trustOf(service),
    inlinePolicies: [
      {
        name: $app.name,
        policy: aws.iam.getPolicyDocumentOutput({
          statements: statements.map((statement) => ({ effect: "Allow", ...statement })),
        }).json,
      },
    ],
  });
}
