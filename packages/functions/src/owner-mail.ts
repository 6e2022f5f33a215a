import { SNSClient, type SNSClientConfig } from "@aws-sdk/client-sns";
import { tell } from "@twobytwo/core/alerts";

/** Tells the owner something by the topic, with a client of its own: it is asked for seldom. */
export async function sendMail(
  config: SNSClientConfig,
  topicArn: string,
  mail: { subject: string; message: string },
): Promise<void> {
  const client = new SNSClient(config);
  try {
    await tell({ client, topicArn }, mail);
  } finally {
    client.destroy();
  }
}
