import { XmlText } from "@aws-sdk/xml-builder";

export function leaf(name: string, value: string | number | boolean): string {
  return `<${name}>${new XmlText(String(value))}</${name}>`;
}

export function branch(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join("")}</${name}>`;
}
