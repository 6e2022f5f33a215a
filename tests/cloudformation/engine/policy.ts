import { isFields } from "./references.ts";

/** A role as the template has it, its policies in one list. */
export interface Role {
  arn: string;
  /** Services that may take it, for example `lambda.amazonaws.com`. */
  trusted: readonly string[];
  statements: readonly Statement[];
}

export interface Statement {
  actions: readonly string[];
  resources: readonly string[];
}

const texts = (value: unknown): string[] => [value ?? []].flat().map(String);

/** @throws Error for what this reading of policies would get wrong: denials and conditions. */
export function statementsOf(document: unknown): Statement[] {
  const statements = isFields(document) ? [document["Statement"] ?? []].flat() : [];
  return statements.filter(isFields).map((statement) => {
    const { Effect, Action, Resource, Condition } = statement;
    if (Effect !== "Allow" || Condition !== undefined)
      throw new Error(`A statement that cannot be weighed here: ${JSON.stringify(statement)}`);
    return { actions: texts(Action), resources: texts(Resource) };
  });
}

/** Services that an assume-role policy lets take the role. */
export function trustedBy(document: unknown): string[] {
  const statements = isFields(document) ? [document["Statement"] ?? []].flat().filter(isFields) : [];
  return statements
    .filter(({ Effect, Action }) => Effect === "Allow" && texts(Action).includes("sts:AssumeRole"))
    .flatMap(({ Principal }) => (isFields(Principal) ? texts(Principal["Service"]) : []));
}

export const allows = (statements: readonly Statement[], action: string, resource: string): boolean =>
  statements.some(
    ({ actions, resources }) =>
      actions.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
      resources.some((pattern) => fits(pattern, resource)),
  );

/** `*` stands for any text and `?` for one character. */
function fits(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
