/** Every call of X's API that the sandbox knows, by the name that faults, the log and `intercept` use. */
export const operations = [
  "POST /2/media/upload",
  "POST /2/media/upload/initialize",
  "POST /2/media/upload/{id}/append",
  "POST /2/media/upload/{id}/finalize",
  "POST /2/media/metadata",
  "POST /2/tweets",
  "DELETE /2/tweets/{id}",
  "GET /2/users/me",
  "GET /2/users/{id}/tweets",
] as const;

export type XOperation = (typeof operations)[number];

/** Calls that cost credits; uploads do not. */
export const billed: ReadonlySet<XOperation> = new Set<XOperation>([
  "POST /2/tweets",
  "POST /2/media/metadata",
  "DELETE /2/tweets/{id}",
  "GET /2/users/me",
  "GET /2/users/{id}/tweets",
]);

export type Match =
  | { operation: XOperation; id: string }
  /** The path is X's, the method is not. */
  | { operation: undefined; knownPath: boolean };

const patterns = operations.map((operation) => {
  const [method, path = ""] = operation.split(" ");
  return { operation, method, pattern: new RegExp(`^${path.replace("{id}", "([^/]+)")}$`) };
});

/** `id` is empty where the path has none. */
export function matchOperation(method: string, path: string): Match {
  // At most one pattern of a method fits.
  const fitting = patterns.flatMap((entry) => {
    const found = entry.pattern.exec(path);
    return found ? [{ ...entry, id: found[1] ?? "" }] : [];
  });
  const match = fitting.find((entry) => entry.method === method);
  return match ? { operation: match.operation, id: match.id } : { operation: undefined, knownPath: fitting.length > 0 };
}
