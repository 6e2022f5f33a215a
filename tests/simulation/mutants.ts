import type { Mutant } from "./subject.ts";

export const mutants: readonly Mutant[] = [];
