import { startFunctionUrl } from "@twobytwo/sandbox/lambda/function-url";
import type { Account } from "./account.ts";
import { invoke } from "./compute.ts";
import { type Provider, text } from "./provider.ts";

/** Since October 2025 an address that is open to everybody takes both; docs.aws.amazon.com/lambda, "Function URLs". */
const needed = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];

function requireOpen({ permissions }: Account, arn: string): void {
  const given = permissions.filter(
    ({ functionName, principal, viaUrl }) => functionName === arn && principal === "*" && viaUrl,
  );
  const missing = needed.filter((action) => !given.some((permission) => permission.action === action));
  if (missing.length > 0) throw new Error(`Forbidden: nobody but the account has ${missing.join(", ")} on ${arn}.`);
}

/** A real address for a function, over plain HTTP. */
export const functionUrl: Provider = {
  isEmulated: true,
  async create(account, properties) {
    const arn = text(properties, "TargetFunctionArn");
    if (properties["AuthType"] !== "NONE") throw new Error("An address that wants IAM cannot be called here.");
    const address = await startFunctionUrl({
      hosts: /^[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.aws$/,
      onError: (line) => account.logs.push(`${arn}: ${line}`),
      invoke: (event) => {
        requireOpen(account, arn);
        return invoke(account, arn, event);
      },
    });
    account.addresses.set(arn, address);
    return { id: arn, attributes: { FunctionArn: arn, FunctionUrl: `${address.url}/` } };
  },
  async remove({ addresses }, { id }) {
    await addresses.get(id)?.close();
    addresses.delete(id);
  },
};
