import type { Check } from "@twobytwo/core/doctor-check";
import { harmless } from "./display-width.ts";
import type { Colour, Terminal } from "./terminal.ts";

const signs: Record<Check["state"], readonly [sign: string, colour: Colour]> = {
  ok: ["✓", "green"],
  info: ["i", "cyan"],
  warning: ["!", "yellow"],
  wrong: ["✗", "red"],
};

export const widest = "automation label".length;

export function checkInWords({ name, state, ...rest }: Check, terminal: Terminal): string {
  const [sign, colour] = signs[state];
  return inLines(`${terminal.paint(colour, sign)} ${name.padEnd(widest)}`, rest);
}

export function inLines(head: string, { what, wayOut, of = [] }: Pick<Check, "what" | "wayOut" | "of">): string {
  const indent = " ".repeat(widest + 4);
  const further = [...of.map((line) => `· ${line}`), ...(wayOut === undefined ? [] : [`→ ${wayOut}`])];
  return [`${head}  ${harmless(what)}`, ...further.map((line) => `${indent}${harmless(line)}`)].join("\n");
}
