import type { Clock } from "@twobytwo/core/clock";
import * as v from "valibot";
import { failure } from "./errors.ts";

/** How many bytes the policy lets the file have. */
export interface SizeLimits {
  least: number;
  most: number;
}

const Conditions = v.object({
  expiration: v.pipe(
    v.string(),
    v.check((text) => !Number.isNaN(Date.parse(text))),
  ),
  conditions: v.array(
    v.union([
      // A record by itself would take a list too, with its positions as names.
      v.pipe(
        v.unknown(),
        v.check((condition) => !Array.isArray(condition)),
        v.record(v.string(), v.string()),
      ),
      v.tuple([v.pipe(v.string(), v.toLowerCase(), v.picklist(["eq", "starts-with"])), v.string(), v.string()]),
      v.tuple([v.pipe(v.string(), v.toLowerCase(), v.literal("content-length-range")), v.number(), v.number()]),
    ]),
  ),
});

const Policy = v.pipe(
  v.string(),
  v.transform((text) => Buffer.from(text, "base64").toString("utf8")),
  v.parseJson(),
  Conditions,
);

/** Fields that need no condition: those that carry the signature, and what S3 says it ignores. */
const free = /^(policy|x-amz-signature|file|x-ignore-.*)$/;

/**
 * Holds a form against its policy. `fields` have lower-case names, variables in them already replaced, and
 * `bucket` among them as the address names it.
 * @throws InvalidPolicyDocument, and AccessDenied when it is expired, when a condition does not hold, and for every
 * field that no condition is about
 */
export function checkPolicy(clock: Clock, input: { policy: string; fields: ReadonlyMap<string, string> }): SizeLimits {
  const parsed = v.safeParse(Policy, input.policy);
  if (!parsed.success) {
    throw failure("InvalidPolicyDocument", "Invalid Policy: it needs an ISO expiration and a list of known conditions");
  }
  const { conditions, expiration } = parsed.output;
  if (clock() >= Date.parse(expiration)) throw denied("Policy expired.");
  const covered = new Set<string>(["bucket"]);
  const limits = { least: 0, most: Number.POSITIVE_INFINITY };
  const compare = (kind: string, name: string, wanted: string) => {
    const field = name.toLowerCase();
    const given = input.fields.get(field);
    covered.add(field);
    if (given !== undefined && (kind === "eq" ? given === wanted : given.startsWith(wanted))) return;
    throw denied(`Policy Condition failed: ${JSON.stringify([kind, `$${name}`, wanted])}`);
  };
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, wanted] of Object.entries(condition)) compare("eq", name, wanted);
    } else if (condition[0] === "content-length-range") {
      limits.least = Math.max(limits.least, condition[1]);
      limits.most = Math.min(limits.most, condition[2]);
    } else {
      compare(condition[0], condition[1].replace(/^\$/, ""), condition[2]);
    }
  }
  const extra = [...input.fields.keys()].filter((name) => !covered.has(name) && !free.test(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(", ")}`);
  return limits;
}

function denied(reason: string): Error {
  return failure("AccessDenied", `Invalid according to Policy: ${reason}`);
}
