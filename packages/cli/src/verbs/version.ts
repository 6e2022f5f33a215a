import manifest from "../../package.json" with { type: "json" };
import { defineVerb } from "../define-verb.ts";

export const version = defineVerb({
  usage: "",
  options: {},
  operands: { least: 0, most: 0 },
  run: async () => ({ version: manifest.version, node: process.versions.node }),
  print: ({ version: own, node }) => `2x2 ${own} on Node ${node}`,
});
