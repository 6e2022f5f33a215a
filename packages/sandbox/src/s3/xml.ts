import { failure } from "./errors.ts";

/** An element as read: its name without prefix, its children, and the text directly in it, untrimmed. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };
const token = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s<>/!?]+)([^<>]*?)(\/?)>|([^<]+)/y;
const deepest = 20;

/**
 * Reads the small documents that S3 clients send. Attributes are passed over: no request of S3 means anything by them.
 * @throws MalformedXML when it is not one well-formed element called `root`, and on any document type.
 */
export function parseXml(source: string, root: string): XmlElement {
  const document: XmlElement = { name: "", children: [], text: "" };
  const open = [document];
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    const current = open.at(-1);
    if (!match || !current) throw malformed();
    const [, cdata, closing, qualified, , selfClosing, text] = match;
    if (text !== undefined) current.text += decodeEntities(text);
    else if (cdata !== undefined) current.text += cdata;
    else if (qualified !== undefined) {
      const name = qualified.slice(qualified.indexOf(":") + 1);
      if (closing) {
        if (open.pop()?.name !== name || open.length === 0) throw malformed();
      } else {
        const element = { name, children: [], text: "" };
        current.children.push(element);
        if (!selfClosing && open.push(element) > deepest) throw malformed();
      }
    }
  }
  const [only] = document.children;
  const isAlone =
    open.length === 1 && document.children.length === 1 && document.text.replace("\uFEFF", "").trim() === "";
  if (!only || !isAlone || only.name !== root) throw malformed();
  return only;
}

/** The children of that name, in their order. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** Text of the first child of that name, undefined where there is none. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** One element with text in it. */
export function leaf(name: string, value: string | number | boolean): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** One element around others. */
export function branch(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join("")}</${name}>`;
}

/** A whole answer of S3. */
export function document(root: string, ...children: readonly string[]): string {
  const namespace = root === "Error" ? "" : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${children.join("")}</${root}>`;
}

export function malformed(): Error {
  return failure("MalformedXML", "The XML you provided was not well-formed or did not validate against our schema");
}

function decodeEntities(text: string): string {
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    const point = code ? Number.parseInt(code[1] ?? code[2] ?? "", code[1] ? 16 : 10) : undefined;
    const decoded = point === undefined ? entities[name] : point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
    if (decoded === undefined || !whole.endsWith(";")) throw malformed();
    return decoded;
  });
}

/** Control characters go as references: XML readers turn a bare carriage return into a line feed. */
function escapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[<>&"\p{Cc}]/gu, (c) => named[c] ?? `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`);
}
