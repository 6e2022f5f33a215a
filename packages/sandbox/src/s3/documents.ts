import { parseXML } from "@aws-sdk/xml-builder";
import * as v from "valibot";
import { failure } from "./errors.ts";

/** An element that may come several times; the reader of XML gives one alone by itself. */
export const several = <S extends v.GenericSchema>(schema: S) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.transform((value) => [value].flat() as unknown[]),
      v.array(schema),
    ),
    [],
  );

/** @throws MalformedXML when it is not one element called `root` that fits the schema */
export function readDocument<S extends v.GenericSchema>(source: string, root: string, schema: S): v.InferOutput<S> {
  const parsed = v.safeParse(v.object({ [root]: schema }), parse(source));
  if (parsed.success) return parsed.output[root] as v.InferOutput<S>;
  throw malformed();
}

function parse(source: string): unknown {
  try {
    return parseXML(source);
  } catch {
    throw malformed();
  }
}

/** A whole answer of S3. */
export function document(root: string, ...children: readonly string[]): string {
  const namespace = root === "Error" ? "" : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${children.join("")}</${root}>`;
}

export function malformed(): Error {
  return failure("MalformedXML", "The XML you provided was not well-formed or did not validate against our schema");
}
