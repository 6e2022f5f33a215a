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
export function roleFor(of: string, service: string, statements: readonly Statement[], name?: string) {
  return new aws.iam.Role(`${of}Role`, {
    ...(name !== undefined && { name }),
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
