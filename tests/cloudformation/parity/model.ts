/** A deployment in words that neither tool has: what it is, by what it is called, down to text and numbers. */
export type Model = Readonly<Record<string, unknown>>;

/** `dynamodb:GetItem on arn:…`, one for each pair, so that the way in which statements are grouped does not count. */
export function grants(documents: readonly unknown[]): string[] {
  const statements = documents.flatMap((document) => (document as { Statement: unknown[] }).Statement);
  return statements
    .flatMap((statement) => {
      const { Effect, Action, Resource, Principal, Condition } = statement as Record<string, unknown>;
      const who = Principal === undefined ? "" : ` for ${JSON.stringify(Principal)}`;
      const when = Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`;
      return list(Action).flatMap((action) =>
        list(Resource ?? "").map((resource) => `${Effect} ${action} on ${resource}${who}${when}`),
      );
    })
    .sort();
}

const list = (value: unknown) => [value].flat() as string[];

export interface Difference {
  /** Where, for example `function tweet.memory`. */
  at: string;
  sst: unknown;
  cloudFormation: unknown;
}

/** Every place in which two models are not the same. */
export function differences(sst: unknown, cloudFormation: unknown, at = ""): Difference[] {
  if (JSON.stringify(sst) === JSON.stringify(cloudFormation)) return [];
  if (!isObject(sst) || !isObject(cloudFormation)) return [{ at, sst, cloudFormation }];
  return [...new Set([...Object.keys(sst), ...Object.keys(cloudFormation)])]
    .sort()
    .flatMap((key) => differences(sst[key], cloudFormation[key], at === "" ? key : `${at}.${key}`));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
