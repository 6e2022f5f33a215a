import { fileURLToPath } from "node:url";

/** The folder in which Stryker works: its copy of the project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** By its name in node_modules a package is the one of the project, and not Stryker's copy with the mutants. */
export const copiedPackages = {
  alias: [
    { find: "@twobytwo/stacks/workflow.asl.json", replacement: `${root}stacks/workflow.asl.json` },
    { find: /^@twobytwo\/(scripts|stacks|tests)\/(.+)$/, replacement: `${root}$1/$2.ts` },
    { find: /^@twobytwo\/([a-z]+)\/(test\/.+)$/, replacement: `${root}packages/$1/$2.ts` },
    { find: /^@twobytwo\/([a-z]+)\/(.+)$/, replacement: `${root}packages/$1/src/$2.ts` },
  ],
};
