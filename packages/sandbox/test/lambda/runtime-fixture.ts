import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import {
  createLambdaRuntime,
  type InvokeResult,
  type LambdaFunction,
  type LambdaRuntime,
  type LambdaRuntimeOptions,
} from "../../src/lambda/runtime.ts";

export const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
export const probe: LambdaFunction = {
  name: "probe",
  bundle: join(fixtures, "probe.mjs"),
  environment: { DB_TABLE_NAME: "squares" },
  timeoutSeconds: 20,
  memoryMb: 128,
};

/** Closed after the test. */
export function runtimeOf(options: Partial<LambdaRuntimeOptions> = {}): LambdaRuntime {
  const runtime = createLambdaRuntime({ functions: [probe], ...options });
  onTestFinished(() => runtime.close());
  return runtime;
}

export function payloadOf(result: InvokeResult): unknown {
  if ("error" in result) throw new Error(`the function failed: ${JSON.stringify(result.error)}`);
  return result.payload;
}

export function errorOf(result: InvokeResult) {
  if ("error" in result) return result.error;
  throw new Error(`the function answered: ${JSON.stringify(result.payload)}`);
}
