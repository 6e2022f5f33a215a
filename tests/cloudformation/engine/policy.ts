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
  /** Refuses, whatever others allow. */
  denies: boolean;
  /** Only for rows of which any has a key like one of these. */
  rows?: readonly string[];
}

const texts = (value: unknown): string[] => [value ?? []].flat().map(String);

const anyKey = "ForAnyValue:StringLike";
const leadingKeys = "dynamodb:LeadingKeys";

/** @throws Error for what this reading of policies would get wrong: any condition but that on rows. */
export function statementsOf(document: unknown): Statement[] {
  const statements = isFields(document) ? [document["Statement"] ?? []].flat() : [];
  return statements.filter(isFields).map((statement) => {
    const { Effect, Action, Resource, Condition } = statement;
    const rows = isFields(Condition) && isFields(Condition[anyKey]) ? texts(Condition[anyKey][leadingKeys]) : [];
    const weighed = rows.length === 0 ? undefined : JSON.stringify({ [anyKey]: { [leadingKeys]: rows } });
    if (!["Allow", "Deny"].includes(String(Effect)) || JSON.stringify(Condition) !== weighed)
      throw new Error(`A statement that cannot be weighed here: ${JSON.stringify(statement)}`);
    return {
      actions: texts(Action),
      resources: texts(Resource),
      denies: Effect === "Deny",
      ...(rows.length > 0 && { rows }),
    };
  });
}

/** Services that an assume-role policy lets take the role. */
export function trustedBy(document: unknown): string[] {
  const statements = isFields(document) ? [document["Statement"] ?? []].flat().filter(isFields) : [];
  return statements
    .filter(({ Effect, Action }) => Effect === "Allow" && texts(Action).includes("sts:AssumeRole"))
    .flatMap(({ Principal }) => (isFields(Principal) ? texts(Principal["Service"]) : []));
}

/** @param keys of the rows that are named, where any are */
export function allows(
  statements: readonly Statement[],
  action: string,
  resource: string,
  keys: readonly string[] = [],
): boolean {
  const about = statements.filter(
    ({ actions, resources, rows }) =>
      actions.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
      resources.some((pattern) => fits(pattern, resource)) &&
      (rows === undefined || keys.some((key) => rows.some((pattern) => fits(pattern, key)))),
  );
  return about.length > 0 && about.every(({ denies }) => !denies);
}

/** `*` stands for any text and `?` for one character. */
function fits(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
