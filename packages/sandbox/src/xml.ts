import { parseXML, XmlText } from "@aws-sdk/xml-builder";

/** One element with text in it. */
export function leaf(name: string, value: string | number | boolean): string {
  return `<${name}>${new XmlText(String(value))}</${name}>`;
}

/** One element around others. */
export function branch(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join("")}</${name}>`;
}

/**
 * Reads a small document as the AWS SDK reads its answers: an element with children is an object, one with text alone a
 * string, and one that comes several times a list.
 *
 * @throws Error where it is not well-formed
 */
export function readXml(source: string): unknown {
  return parseXML(source);
}
