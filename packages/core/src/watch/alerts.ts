import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";

/** Where the owner is told; SNS sends it on as mail. */
export interface Alerts {
  client: SNSClient;
  topicArn: string;
}

/** SNS takes 100 ASCII characters on one line. */
export const subjectOf = (text: string) => text.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, 100);

/** One mail to everybody who listens to the topic. */
export async function tell(alerts: Alerts, { subject, message }: { subject: string; message: string }): Promise<void> {
  await alerts.client.send(
    new PublishCommand({ TopicArn: alerts.topicArn, Subject: subjectOf(subject), Message: message }),
  );
}
