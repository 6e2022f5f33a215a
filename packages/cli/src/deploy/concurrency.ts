import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, type LambdaClient } from "@aws-sdk/client-lambda";

/**
 * Executions that Lambda keeps for functions without a reservation; docs.aws.amazon.com/lambda, "Configuring reserved
 * concurrency for a function". A new account may have fewer in all, and can then reserve none.
 */
const leastUnreserved = 100;

export interface Concurrency {
  /** Executions at a time that the account has in this region. */
  limit: number;
  /** How many of them the stage's functions may reserve together, those included that they have reserved already. */
  free: number;
  /** What they have reserved already. */
  own: number;
}

/** Executions of functions by the names of their settings. */
export interface Reserved {
  /** Of the web app. */
  web: number;
  /** Of the inbox. */
  ingest: number;
}

/** As much of it as there is room for; strangers can reach the web app alone, so it comes first. */
export function fitting(wanted: Reserved, { free }: Pick<Concurrency, "free">): Reserved {
  const web = Math.min(wanted.web, free);
  return { web, ingest: Math.min(wanted.ingest, free - web) };
}

/** @throws what AWS answers to those who may not ask. */
export async function readConcurrency(client: LambdaClient, functionNames: readonly string[]): Promise<Concurrency> {
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } = AccountLimit ?? {};
  if (limit === undefined || unreserved === undefined) throw new Error("Lambda did not say what the account has.");
  const reserved = await Promise.all(functionNames.map((name) => reservedBy(client, name)));
  const own = reserved.reduce((sum, one) => sum + one, 0);
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
