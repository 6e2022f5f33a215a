import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, type LambdaClient } from "@aws-sdk/client-lambda";

/**
 * Executions that Lambda keeps for functions without a reservation; docs.aws.amazon.com/lambda, "Configuring reserved
 * concurrency for a function". A new account may have fewer in all, and can then reserve none.
 */
const leastUnreserved = 100;

export interface Concurrency {
  /** Executions at a time that the account has in this region. */
  limit: number;
  /** How many of them a function may reserve, those included that it has reserved already. */
  free: number;
  /** What it has reserved already. */
  own: number;
}

/** @throws what AWS answers to those who may not ask. */
export async function readConcurrency(client: LambdaClient, functionName: string): Promise<Concurrency> {
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } = AccountLimit ?? {};
  if (limit === undefined || unreserved === undefined) throw new Error("Lambda did not say what the account has.");
  const own = await reservedBy(client, functionName);
  return { limit, own, free: Math.max(0, unreserved + own - leastUnreserved) };
}

async function reservedBy(client: LambdaClient, FunctionName: string): Promise<number> {
  try {
    const answer = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    return answer.ReservedConcurrentExecutions ?? 0;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return 0;
    throw error;
  }
}
