import type { Clock } from "@twobytwo/core/clock";
import { AwsError, type AwsRequest, type AwsService, arn, notImplemented } from "../aws-http.ts";
import { type SavedState, savedState } from "../saved-state.ts";
import { type Mailbox, type Message, openMailbox } from "./mailbox.ts";
import { queryAnswer, queryError } from "./query-protocol.ts";

export interface Sns {
  /** To be mounted with `startAwsServer`. */
  service: AwsService;
  /** All that was published, oldest first; with a directory also what was published before a restart. */
  messages(): Message[];
}

interface Subscription {
  SubscriptionArn: string;
  Protocol: string;
  Endpoint: string;
  TopicArn: string;
}

interface Saved {
  topics: string[];
  subscriptions: Subscription[];
}

interface State {
  saved: Saved;
  file: SavedState<Saved>;
  mailbox: Mailbox;
  clock: Clock;
  randomUuid: () => string;
  onMessage: (message: Message) => void | Promise<void>;
}

/** Fields of the form, undefined where missing. */
type Form = (name: string) => string | undefined;
type Operation = (state: State, form: Form) => Record<string, string> | Promise<Record<string, string>>;

const invalid = (reason: string) => new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);

function topicOf({ saved }: State, topicArn: string | undefined): string {
  if (topicArn === undefined) throw invalid("TopicArn");
  if (!saved.topics.includes(topicArn)) throw new AwsError("NotFound", "Topic does not exist", 404);
  return topicArn;
}

const createTopic: Operation = ({ saved, file }, form) => {
  const name = form("Name") ?? "";
  if (!/^[\w-]{1,256}$/.test(name)) throw invalid("Topic Name");
  const topicArn = arn("sns", name);
  if (!saved.topics.includes(topicArn)) {
    saved.topics.push(topicArn);
    file.save(saved);
  }
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
  state.mailbox.add(published);
  await state.onMessage(published);
  return { MessageId: published.id };
};

/** By mail alone: nobody here could confirm it, so it stays pending. */
const subscribe: Operation = (state, form) => {
  const { saved, file } = state;
  const TopicArn = topicOf(state, form("TopicArn"));
  const [Protocol, Endpoint = ""] = [form("Protocol"), form("Endpoint")];
  if (Protocol !== "email") throw invalid(`Protocol: the sandbox knows email alone, not ${Protocol}`);
  if (!/^[^\s@]+@[^\s@]+$/.test(Endpoint)) throw invalid("Endpoint");
  if (!saved.subscriptions.some((one) => one.TopicArn === TopicArn && one.Endpoint === Endpoint)) {
    saved.subscriptions.push({ SubscriptionArn: "PendingConfirmation", Protocol, Endpoint, TopicArn });
    file.save(saved);
  }
  return { SubscriptionArn: "pending confirmation" };
};

const operations: Record<string, Operation | undefined> = {
  CreateTopic: createTopic,
  Publish: publish,
  Subscribe: subscribe,
};

/**
 * SNS: topics, subscriptions, which are only stored, and messages, which are kept and handed to `onMessage`. Message
 * attributes are not kept. A Publish is answered when `onMessage` is done, and fails where that fails.
 */
export function createSns(options: {
  /** Where topics and messages survive a restart; in memory without it. */
  directory?: string;
  clock: Clock;
  randomUuid: () => string;
  onMessage?: (message: Message) => void | Promise<void>;
}): Sns {
  const file = savedState<Saved>(options.directory, "topics.json");
  const state: State = {
    saved: file.load() ?? { topics: [], subscriptions: [] },
    file,
    mailbox: openMailbox(options.directory),
    clock: options.clock,
    randomUuid: options.randomUuid,
    onMessage: options.onMessage ?? (() => {}),
  };
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
        perform: async () => queryAnswer(action, await perform(state, form), options.randomUuid()),
      };
    },
    refuse: (error) => queryError(error, options.randomUuid()),
  };
  return { service, messages: state.mailbox.messages };
}
