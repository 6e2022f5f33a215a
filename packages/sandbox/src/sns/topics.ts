import { AwsError } from "../aws-http.ts";

export interface Subscription {
  SubscriptionArn: string;
  Owner: string;
  Protocol: string;
  Endpoint: string;
  TopicArn: string;
}

export interface Topics {
  topics: string[];
  subscriptions: Subscription[];
}

/** What was published: in the sandbox, the owner's mail. */
export interface Message {
  id: string;
  topicArn: string;
  subject?: string;
  message: string;
  /** ISO time. */
  publishedAt: string;
}

const invalid = (reason: string) => new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);

/** @throws AwsError `InvalidParameter` */
export function checkTopicName(name: string | undefined): string {
  if (name !== undefined && /^[\w-]{1,256}(\.fifo)?$/.test(name) && name.length <= 256) return name;
  throw invalid("Topic Name");
}

/** @throws AwsError `InvalidParameter` */
export function checkMessage({
  message,
  subject,
}: {
  message: string | undefined;
  subject: string | undefined;
}): string {
  if (!message) throw invalid("Empty message");
  if (Buffer.byteLength(message) > 256 * 1024) throw invalid("Message too long");
  // One line of printable ASCII, which must not begin with a space.
  if (subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(subject)) throw invalid("Subject");
  return message;
}

/** Endpoints by protocol, as far as AWS's own check goes. */
const endpoints: Record<string, RegExp | undefined> = {
  email: /^[^\s@]+@[^\s@]+$/,
  "email-json": /^[^\s@]+@[^\s@]+$/,
  http: /^http:\/\/\S+$/,
  https: /^https:\/\/\S+$/,
  sms: /^\+?[\d-]+$/,
  sqs: /^arn:aws[\w-]*:sqs:\S+$/,
  lambda: /^arn:aws[\w-]*:lambda:\S+$/,
  firehose: /^arn:aws[\w-]*:firehose:\S+$/,
  application: /^arn:aws[\w-]*:sns:\S+$/,
};

/** @throws AwsError `InvalidParameter` */
export function checkSubscription(protocol: string | undefined, endpoint: string | undefined) {
  const pattern = endpoints[protocol ?? ""];
  if (protocol === undefined || !pattern) throw invalid("Protocol");
  if (endpoint === undefined || !pattern.test(endpoint)) throw invalid("Endpoint");
  return { protocol, endpoint };
}
