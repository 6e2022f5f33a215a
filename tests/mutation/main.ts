import { stryker } from "./stryker.ts";

/** `npm run mutation [-- --mutate FILES]`: tries all mutants of the rules that rules.config.mjs names. */
process.exitCode = stryker(process.argv.slice(2));
