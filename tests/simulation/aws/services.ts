import { type Answer, answer, cancelled, type Desk, fails } from "../dynamodb/operations.ts";
import type { HttpAnswer, Service } from "./client.ts";

const json = (version: "1.0" | "1.1", { status, body }: Answer): HttpAnswer => ({
  status,
  headers: { "content-type": `application/x-amz-json-${version}` },
  body: JSON.stringify(body),
});

const targetOf = (headers: Record<string, string>) => (headers["x-amz-target"] ?? "").split(".").at(-1) ?? "";

export function dynamodb(desk: () => Omit<Desk, "by">, told: () => void): Service {
  return {
    name: "dynamodb",
    operationOf: ({ headers }) => targetOf(headers),
    answer({ body }, operation, caller, fault) {
      const input = JSON.parse(body) as Parameters<typeof answer>[2];
      if (fault?.kind === "throttle-transaction") {
        const items = (input["TransactItems"] as unknown[] | undefined)?.length ?? 0;
        if (items > 0)
          return json(
            "1.0",
            cancelled(Array.from({ length: items }, (_, at) => ({ Code: at === items - 1 ? fault.code : "None" }))),
          );
        const single = fault.code === "TransactionConflict" ? "TransactionConflictException" : "ThrottlingException";
        return json("1.0", fails(single, "Rate of requests exceeds the allowed throughput."));
      }
      const done = answer({ ...desk(), by: caller.name }, operation, input);
      told();
      return json("1.0", done);
    },
    refusal: ({ status, code, message }) =>
      json("1.0", { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message } }),
  };
}

/** Parameters by their names. */
export function ssm(values: Map<string, string>): Service {
  return {
    name: "ssm",
    operationOf: ({ headers }) => targetOf(headers),
    answer({ body }) {
      const { Name } = JSON.parse(body) as { Name: string };
      const Value = values.get(Name);
      if (Value === undefined)
        return json("1.1", { status: 400, body: { __type: "ParameterNotFound", message: Name } });
      return json("1.1", { status: 200, body: { Parameter: { Name, Type: "SecureString", Value } } });
    },
    refusal: ({ status, code, message }) => json("1.1", { status, body: { __type: code, message } }),
  };
}

export interface Mail {
  at: number;
  subject: string;
  message: string;
  /** The execution, or the function, that sent it. */
  by: string;
}

/** A topic whose mails are kept. */
export function sns(mails: Mail[], now: () => number): Service {
  return {
    name: "sns",
    operationOf: ({ body }) => new URLSearchParams(body).get("Action") ?? "",
    answer({ body }, _operation, caller) {
      const form = new URLSearchParams(body);
      mails.push({
        at: now(),
        subject: form.get("Subject") ?? "",
        message: form.get("Message") ?? "",
        by: caller.execution ?? caller.role,
      });
      return {
        status: 200,
        headers: { "content-type": "text/xml" },
        body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${mails.length}</MessageId></PublishResult></PublishResponse>`,
      };
    },
    refusal: ({ status, code, message }) => ({
      status,
      headers: { "content-type": "text/xml" },
      body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    }),
  };
}

export interface StoredObject {
  bytes: Buffer;
  contentType: string;
  modifiedAt: number;
}

/** A bucket, of which the objects and nothing else is kept; `deleted` has those that are gone, for the judge. */
export function s3(objects: Map<string, StoredObject>, deleted: Map<string, StoredObject>, now: () => number): Service {
  const keyOf = (path: string) => path.split("/").slice(2).map(decodeURIComponent).join("/");
  const failure = (status: number, code: string, message: string): HttpAnswer => ({
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  });
  return {
    name: "s3",
    operationOf: ({ method, headers }) =>
      method === "PUT" && headers["x-amz-copy-source"]
        ? "CopyObject"
        : `${{ GET: "Get", PUT: "Put", DELETE: "Delete", HEAD: "Head" }[method] ?? method}Object`,
    answer({ path, headers, body }, operation) {
      const key = keyOf(path);
      if (operation === "PutObject") {
        objects.set(key, {
          bytes: Buffer.from(body, "latin1"),
          contentType: headers["content-type"] ?? "application/octet-stream",
          modifiedAt: now(),
        });
        return { status: 200, headers: { etag: '"simulated"' }, body: "" };
      }
      if (operation === "DeleteObject") {
        const object = objects.get(key);
        if (object !== undefined) deleted.set(key, object);
        objects.delete(key);
        return { status: 204, body: "" };
      }
      if (operation === "CopyObject") {
        const from = objects.get(keyOf(`/${headers["x-amz-copy-source"] ?? ""}`.replace("//", "/")));
        if (from === undefined) return failure(404, "NoSuchKey", "The specified key does not exist.");
        objects.set(key, { ...from, modifiedAt: now() });
        return { status: 200, body: "<CopyObjectResult><ETag>simulated</ETag></CopyObjectResult>" };
      }
      const found = objects.get(key);
      if (found === undefined) return failure(404, "NoSuchKey", "The specified key does not exist.");
      return {
        status: 200,
        headers: {
          "content-type": found.contentType,
          "content-length": String(found.bytes.length),
          etag: '"simulated"',
          "last-modified": new Date(found.modifiedAt).toUTCString(),
        },
        body: operation === "HeadObject" ? "" : found.bytes,
      };
    },
    refusal: ({ status, code, message }) => failure(status, code, message),
  };
}
