import type { Clock } from "@twobytwo/core/clock";
import { AwsError, notImplemented } from "../aws-error.ts";
import { type AwsAnswer, type AwsRequest, type AwsService, arn } from "../aws-http.ts";
import { branch, leaf } from "../xml.ts";

/** What was published: in the sandbox, the owner's mail. */
export interface Message {
  id: string;
  topicArn: string;
  subject?: string;
  message: string;
  /** ISO time. */
  publishedAt: string;
}

export type Sns = ReturnType<typeof createSns>;

interface State {
  topics: Set<string>;
  messages: Message[];
  clock: Clock;
  randomUuid: () => string;
  onMessage: (message: Message) => void | Promise<void>;
}

type Form = (name: string) => string | undefined;
type Operation = (state: State, form: Form) => Record<string, string> | Promise<Record<string, string>>;

const invalid = (reason: string) => new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);

function topicOf({ topics }: State, topicArn: string | undefined): string {
  if (topicArn === undefined) throw invalid("TopicArn");
  if (!topics.has(topicArn)) throw new AwsError("NotFound", "Topic does not exist", 404);
  return topicArn;
}

const createTopic: Operation = ({ topics }, form) => {
  const name = form("Name") ?? "";
  if (!/^[\w-]{1,256}$/.test(name)) throw invalid("Topic Name");
  const topicArn = arn("sns", name);
  topics.add(topicArn);
  return { TopicArn: topicArn };
};

const publish: Operation = async (state, form) => {
  const topicArn = topicOf(state, form("TopicArn"));
  const [message, subject] = [form("Message"), form("Subject")];
  if (form("MessageStructure") !== undefined) throw invalid("MessageStructure: the sandbox takes plain messages alone");
  if (!message) throw invalid("Empty message");
  if (Buffer.byteLength(message) > 256 * 1024) throw invalid("Message too long");
  // One line of printable ASCII, which must not begin with a space.
  if (subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(subject)) throw invalid("Subject");
  const published: Message = {
    id: state.randomUuid(),
    topicArn,
    ...(subject !== undefined && { subject }),
    message,
    publishedAt: new Date(state.clock()).toISOString(),
  };
  state.messages.push(published);
  await state.onMessage(published);
  return { MessageId: published.id };
};

/** By mail alone: nobody here could confirm it, so it stays pending, and nothing remembers it. */
const subscribe: Operation = (state, form) => {
  topicOf(state, form("TopicArn"));
  if (form("Protocol") !== "email") throw invalid(`Protocol: the sandbox knows email alone, not ${form("Protocol")}`);
  if (!/^[^\s@]+@[^\s@]+$/.test(form("Endpoint") ?? "")) throw invalid("Endpoint");
  return { SubscriptionArn: "pending confirmation" };
};

const namespace = `xmlns="http://sns.amazonaws.com/doc/2010-03-31/"`;
const headers = { "content-type": "text/xml" };

function queryAnswer(operation: string, result: Record<string, string>, requestId: string): AwsAnswer {
  const leaves = Object.entries(result).map(([name, value]) => leaf(name, value));
  const metadata = branch("ResponseMetadata", leaf("RequestId", requestId));
  const inner = `${branch(`${operation}Result`, ...leaves)}${metadata}`;
  return { status: 200, headers, body: `<${operation}Response ${namespace}>${inner}</${operation}Response>` };
}

/** What this protocol calls the refusals of a signature, all of them with 403. */
const signatureCodes: Record<string, string | undefined> = {
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
};

function queryError(given: { status: number; code: string; message: string }, requestId: string): AwsAnswer {
  const known = signatureCodes[given.code];
  const { status, code } = known === undefined ? given : { status: 403, code: known };
  const type = status < 500 ? "Sender" : "Receiver";
  const error = branch("Error", leaf("Type", type), leaf("Code", code), leaf("Message", given.message));
  const body = `<ErrorResponse ${namespace}>${error}${leaf("RequestId", requestId)}</ErrorResponse>`;
  return { status, headers, body };
}

const operations: Record<string, Operation | undefined> = {
  CreateTopic: createTopic,
  Publish: publish,
  Subscribe: subscribe,
};

/**
 * SNS in memory: topics, which every start makes anew, and messages, which are handed to `onMessage`. A Publish is answered
 * when that is done, and fails where that fails.
 */
export function createSns(options: {
  clock: Clock;
  randomUuid: () => string;
  onMessage?: (message: Message) => void | Promise<void>;
}) {
  const { clock, randomUuid, onMessage = () => {} } = options;
  const state: State = { topics: new Set(), messages: [], clock, randomUuid, onMessage };
  const service: AwsService = {
    name: "sns",
    matches: ({ headers, path, body }) =>
      path === "/" &&
      String(headers["content-type"]).startsWith("application/x-www-form-urlencoded") &&
      new URLSearchParams(body).get("Version") === "2010-03-31",
    read({ body }: AwsRequest) {
      const fields = new URLSearchParams(body);
      const form: Form = (name) => fields.get(name) ?? undefined;
      const action = form("Action") ?? "";
      const perform = operations[action];
      if (!perform) throw notImplemented("SNS", action);
      const resource = form("Name") ?? form("TopicArn")?.split(":").pop();
      return {
        operation: action,
        ...(resource !== undefined && { resource }),
        perform: async () => queryAnswer(action, await perform(state, form), randomUuid()),
      };
    },
    refuse: (error) => queryError(error, randomUuid()),
  };
  return {
    service,
    /** All that was published since the start, oldest first. */
    messages: () => [...state.messages],
  };
}
