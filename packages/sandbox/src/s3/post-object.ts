import type { Clock } from "@twobytwo/core/clock";
import * as v from "valibot";
import { formFields, MalformedForm } from "../form-data.ts";
import { promisedDigests } from "./body.ts";
import { failure } from "./errors.ts";
import { bucketOf, type Exchange, type Reply } from "./exchange.ts";
import { readFacts, refuseUnknownHeaders } from "./object-facts.ts";
import { storeStaged, writtenHeaders } from "./objects.ts";
import { authenticatePolicy } from "./signature.ts";
import { stage } from "./store.ts";
import { wireValue } from "./target.ts";

type Fields = ReadonlyMap<string, string>;

/** Takes in a file from a browser's form, whose signed policy says what the form may hold. */
export async function postObject(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const { fields, file } = readForm(exchange);
  const accessKeyId = signerOf(exchange, fields);
  if ((fields.get("bucket") ?? bucket.name) !== bucket.name) {
    throw failure("AccessDenied", "Access Denied: the form is for another bucket than the one that it was sent to");
  }
  const limits = checkPolicy(exchange.trust.clock, {
    policy: fields.get("policy") ?? "",
    fields: new Map([...fields, ["bucket", bucket.name]]),
  });
  // After the policy: what a form may not hold is refused as S3 refuses it, and only what it may is missing here.
  refuseSpecial(fields);
  const key = fields.get("key");
  if (!key) throw failure("InvalidArgument", "Bucket POST must contain a field named 'key'.");
  if (Buffer.byteLength(key) > 1024) throw failure("KeyTooLongError", "Your key is too long; 1,024 bytes is the most");
  await exchange.admit({ operation: "PutObject", accessKeyId, resource: `${bucket.name}/${key}` });
  const headers = headersOf(fields);
  refuseUnknownHeaders(headers);
  const facts = readFacts(headers);
  if (file.length > limits.most)
    throw failure("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  if (file.length < limits.least)
    throw failure("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  const staged = await stage(exchange.store, { bytes: file, promise: promisedDigests(headers) });
  const object = await storeStaged(exchange, { key, staged, facts });
  return { status: 204, headers: writtenHeaders(object) };
}

/** Reads a browser's upload form up to its file. S3 passes over every field that comes after that, and so does this. */
function readForm({ sent, target }: Exchange) {
  const contentType = target.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType))
    throw failure("PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data");
  const fields = new Map<string, string>();
  try {
    for (const { name, data } of formFields(sent, contentType)) {
      const field = name.toLowerCase();
      if (field === "file") return { fields, file: data };
      if (fields.has(field)) throw failure("InvalidArgument", `The form has the field ${field} twice`);
      fields.set(field, data.toString("utf8"));
    }
  } catch (error) {
    throw error instanceof MalformedForm ? failure("MalformedPOSTRequest", error.message) : error;
  }
  throw failure("InvalidArgument", "POST requires exactly one file upload per request.");
}

/** What S3 makes of a form beside the object: a name from that of the file, an answer of another kind. */
function refuseSpecial(fields: Fields): void {
  const special = [...fields].find(
    ([name, value]) => name.startsWith("success_action_") || /\$\{filename\}/.test(value),
  );
  if (special) throw failure("NotImplemented", `The sandbox's POST of a form has no ${special[0]} like ${special[1]}`);
}

function signerOf(exchange: Exchange, fields: Fields): string {
  const policy = fields.get("policy");
  if (!policy)
    throw failure("AccessDenied", "Access Denied: the form has no signed policy, and no bucket here is public");
  const field = (name: string) => {
    const value = fields.get(name);
    if (value) return value;
    throw failure("InvalidArgument", `Bucket POST must contain a field named '${name}'.`);
  };
  return authenticatePolicy(exchange.trust, {
    policy,
    algorithm: field("x-amz-algorithm"),
    credential: field("x-amz-credential"),
    date: field("x-amz-date"),
    signature: field("x-amz-signature"),
  });
}

/** Fields that stand for headers of a put. */
function headersOf(fields: Fields): ReadonlyMap<string, string> {
  const signing = /^x-amz-(algorithm|credential|signature)$/;
  const headers = [...fields]
    .filter(([name]) => !signing.test(name))
    .map(([name, value]) => [name, wireValue(value)] as const);
  const acl = fields.get("acl");
  return new Map([...headers, ...(acl === undefined ? [] : [["x-amz-acl", acl] as const])]);
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
function checkPolicy(clock: Clock, input: { policy: string; fields: ReadonlyMap<string, string> }) {
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
