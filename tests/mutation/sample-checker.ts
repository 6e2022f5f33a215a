import path from "node:path";
import { type Checker, type CheckResult, CheckStatus } from "@stryker-mutator/api/check";
import type { Mutant } from "@stryker-mutator/api/core";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { isSampled, notSampled, readSampling } from "./sample.ts";

/** Lets Stryker try a sample: what is not in it is set aside as if it did not compile, and counts for nothing. */
class SampleChecker implements Checker {
  readonly #sampling = readSampling(process.env);

  async init(): Promise<void> {}

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#verdict(mutant)]));
  }

  async group(mutants: Mutant[]): Promise<string[][]> {
    return [mutants.map(({ id }) => id)];
  }

  #verdict({ fileName, location, mutatorName, replacement }: Mutant): CheckResult {
    const file = path.relative(process.cwd(), fileName).split(path.sep).join("/");
    return isSampled({ file, location, mutatorName, replacement }, this.#sampling)
      ? { status: CheckStatus.Passed }
      : { status: CheckStatus.CompileError, reason: notSampled };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, "sample", SampleChecker)];
