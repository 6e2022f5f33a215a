import { isFields } from "./references.ts";

/**
 * Whether an event fits a pattern of EventBridge: lists of values that are equal, and `{ prefix }`.
 * @throws Error for other comparisons.
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (!isFields(pattern)) throw new Error(`No pattern: ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = isFields(event) ? event[key] : undefined;
    if (!Array.isArray(wanted)) return matches(wanted, value);
    return wanted.some((one) => {
      if (!isFields(one)) return one === value;
      const { prefix, ...others } = one;
      if (typeof prefix !== "string" || Object.keys(others).length > 0)
        throw new Error(`A comparison that is not known here: ${JSON.stringify(one)}`);
      return typeof value === "string" && value.startsWith(prefix);
    });
  });
}
