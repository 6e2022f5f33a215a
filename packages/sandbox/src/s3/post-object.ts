import { collect, MalformedStream } from "../byte-reader.ts";
import { formFields } from "../form-data.ts";
import { encodeUri } from "../signature-v4.ts";
import { leaf } from "../xml.ts";
import { promisedDigests } from "./body.ts";
import { failure } from "./errors.ts";
import { bucketOf, type Exchange, quoted, type Reply, xmlReply } from "./exchange.ts";
import { readFacts, refuseUnknownHeaders } from "./object-facts.ts";
import { storeStaged, writtenHeaders } from "./objects.ts";
import { checkPolicy } from "./post-policy.ts";
import { authenticatePolicy } from "./signature.ts";
import { discard, type StoredObject, stage } from "./store.ts";
import { wireValue } from "./target.ts";

/** In any field it stands for the name of the file. */
const variable = "$" + "{filename}";
const mostBeforeFile = 20 * 1024;

type Fields = ReadonlyMap<string, string>;

/** Takes in a file from a browser's form, whose signed policy says what the form may hold. */
export async function postObject(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const form = await readForm(exchange.incoming, exchange.headers.get("content-type") ?? "").catch(malformedForm);
  const fields = new Map([...form.fields].map(([name, value]) => [name, value.replaceAll(variable, form.fileName)]));
  const accessKeyId = signerOf(exchange, fields);
  if ((fields.get("bucket") ?? bucket.name) !== bucket.name) {
    throw failure("AccessDenied", "Access Denied: the form is for another bucket than the one that it was sent to");
  }
  const limits = checkPolicy(exchange.trust.clock, {
    policy: fields.get("policy") ?? "",
    fields: new Map([...fields, ["bucket", bucket.name]]),
  });
  const key = fields.get("key");
  if (!key) throw failure("InvalidArgument", "Bucket POST must contain a field named 'key'.", { ArgumentName: "key" });
  if (Buffer.byteLength(key) > 1024) throw failure("KeyTooLongError", "Your key is too long; 1,024 bytes is the most");
  await exchange.admit({ operation: "PutObject", accessKeyId, resource: `${bucket.name}/${key}` });
  const headers = headersOf(fields);
  refuseUnknownHeaders(headers);
  const facts = readFacts(headers);
  const body = { pieces: form.file, promise: promisedDigests(headers) };
  const staged = await stage(exchange.store, body, limits.most);
  if (staged.size < limits.least) {
    await discard(staged);
    throw failure("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
      ProposedSize: staged.size,
      MinSizeAllowed: limits.least,
    });
  }
  return answer(exchange, fields, await storeStaged(exchange, { bucket, key, staged, facts }));
}

/** Reads a browser's upload form up to its file. S3 passes over every field that comes after that, and so does this. */
async function readForm(incoming: AsyncIterable<Buffer>, contentType: string) {
  if (!/^multipart\/form-data\b/i.test(contentType))
    throw failure("PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data");
  const fields = new Map<string, string>();
  let budget = mostBeforeFile;
  // By hand: a loop would end the stream of the file as it is left.
  const parts = formFields(incoming, contentType);
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const { name, fileName = "", data } = next.value;
    const field = name.toLowerCase();
    if (field === "file") return { fields, fileName: baseName(fileName), file: data };
    if (fields.has(field)) throw failure("InvalidArgument", `The form has the field ${field} twice`);
    const value = await collect(data, budget);
    budget -= value.length;
    fields.set(field, value.toString("utf8"));
  }
  throw failure("InvalidArgument", "POST requires exactly one file upload per request.", { ArgumentName: "file" });
}

function malformedForm(error: unknown): never {
  throw error instanceof MalformedStream ? failure("MalformedPOSTRequest", error.message) : error;
}

/** Browsers escape what would end the quoted name; everything else comes as it is. */
function baseName(fileName: string): string {
  const plain = fileName.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  return plain.slice(Math.max(plain.lastIndexOf("/"), plain.lastIndexOf("\\")) + 1);
}

function signerOf(exchange: Exchange, fields: Fields): string {
  const policy = fields.get("policy");
  if (!policy)
    throw failure("AccessDenied", "Access Denied: the form has no signed policy, and no bucket here is public");
  const field = (name: string) => {
    const value = fields.get(name);
    if (value) return value;
    throw failure("InvalidArgument", `Bucket POST must contain a field named '${name}'.`, { ArgumentName: name });
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

function answer(exchange: Exchange, fields: Fields, object: StoredObject): Reply {
  const { bucket } = exchange.target;
  const location = `http://${exchange.headers.get("host")}/${bucket}/${object.key.split("/").map(encodeUri).join("/")}`;
  const headers = { ...writtenHeaders(object), location };
  const redirect = fields.get("success_action_redirect");
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of [
      ["bucket", bucket],
      ["key", object.key],
      ["etag", quoted(object.eTag)],
    ] as const) {
      url.searchParams.set(name, value);
    }
    return { status: 303, headers: { ...headers, location: url.href } };
  }
  const status = fields.get("success_action_status");
  if (status === "200") return { status: 200, headers };
  if (status !== "201") return { status: 204, headers };
  const document = xmlReply(
    "PostResponse",
    leaf("Location", location),
    leaf("Bucket", bucket),
    leaf("Key", object.key),
    leaf("ETag", quoted(object.eTag)),
  );
  return { ...document, status: 201, headers: { ...headers, ...document.headers } };
}
