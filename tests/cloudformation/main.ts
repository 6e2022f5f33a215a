import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { addSquare } from "@twobytwo/core/adding/add-square";
import { describeRun } from "@twobytwo/core/runs/history";
import { buildFunctions } from "@twobytwo/scripts/build";
import { buildCloudFormation, compact, distCloudFormation } from "@twobytwo/scripts/cloudformation";
import { root } from "@twobytwo/scripts/root";
import { type Account, openAccount } from "./engine/account.ts";
import { authorize } from "./engine/authorize.ts";
import { providerOf } from "./engine/providers.ts";
import { lint, mostBytes } from "./lint/lint.ts";
import { openDeployed, uploadZips, walk, writeCredentials } from "./walk.ts";

/** Checks the template, creates it in the emulators from itself alone, and posts one picture with its zips. */

const failures: string[] = [];
const tell = (isGood: boolean, what: string) => {
  console.log(`${isGood ? "✓" : "✗"} ${what}`);
  if (!isGood) failures.push(what);
};

await buildFunctions();
const { template, zips } = await buildCloudFormation();
const size = Buffer.byteLength(compact(template));
const place = size <= mostBytes.inline ? "needs no bucket" : "goes by the code bucket";
tell(size <= mostBytes.inBucket, `${size} bytes: ${place}`);
const problems = await lint(template);
tell(problems.length === 0, ["by AWS's published resource schemas", ...problems].join("\n  "));
const linter = spawnSync("cfn-lint", [path.join(distCloudFormation, "template.json")], { encoding: "utf8" });
if (linter.error === undefined) tell(linter.status === 0, `cfn-lint ${linter.stdout}`.trim());
else console.log("  cfn-lint is not on this machine");

const account = await openAccount(authorize);
try {
  await check(account);
} finally {
  await account.close();
}
console.log(failures.length === 0 ? "\nThe template holds." : `\n${failures.length} failed.`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function check(account: Account): Promise<void> {
  await uploadZips(account, zips, "twobytwo/");
  const stack = await walk(account, { template });
  for (const { logicalId, type, status, reason } of stack.events) {
    if (!/_(COMPLETE|FAILED)$/.test(status) || type === "AWS::CloudFormation::Stack") continue;
    const where = providerOf(type).isEmulated ? "" : "  (remembered: no emulator)";
    console.log(`  ${status}  ${logicalId}  ${type}${where}${reason === undefined ? "" : `\n    ${reason}`}`);
  }
  tell(stack.status === "CREATE_COMPLETE", `the stack is ${stack.status}`);
  if (stack.status !== "CREATE_COMPLETE") return;

  const deployment = await openDeployed(account, "check");
  await writeCredentials(account, deployment.outputs.credentialsParameter);
  const bytes = await readFile(path.join(root, "samples", "dandelion-evening.jpg"));
  const added = await addSquare(deployment, { name: "dandelion-evening.jpg", bytes, title: "Dandelion" });
  tell(added.added, "a picture is in the queue");
  const { stepFunctions } = account;
  if (stepFunctions === undefined) throw new Error("The template has no state machine.");
  const { executionArn } = stepFunctions.start({ machineArn: deployment.outputs.stateMachineArn });
  const { status } = await stepFunctions.wait(executionArn);
  for (const { state, milliseconds } of describeRun(stepFunctions.history(executionArn)))
    console.log(`  ${state}  ${milliseconds} ms`);
  tell(status === "SUCCEEDED", `the run ${status.toLowerCase()}`);
  const posts = account.services.x.posts();
  tell(posts.length === 1, `${posts.length} post at X: ${posts.map(({ text }) => text).join()}`);
  tell(
    account.denied.length === 0,
    ["every call is allowed by the role of its function", ...account.denied].join("\n  "),
  );
  await deployment.close();
}
