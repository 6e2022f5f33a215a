import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";

/** The text of a parameter in SSM, which stays encrypted if it is; undefined where there is none. */
export async function findParameter(client: SSMClient, Name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name }));
    return Parameter?.Value;
  } catch (error) {
    if ((error as Error).name === "ParameterNotFound") return undefined;
    throw error;
  }
}
