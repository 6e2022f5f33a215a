import type { Clock } from "@twobytwo/core/clock";
import { AwsError, type AwsRequest, type AwsService, arn } from "../aws-http.ts";
import { type SavedState, savedState } from "../saved-state.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { queryAnswer, queryError, type Xml } from "./query-protocol.ts";
import { checkMessage, checkSubscription, checkTopicName, type Message, type Topics } from "./topics.ts";

export interface Sns {
  /** To be mounted with `startAwsServer`. */
  service: AwsService;
  /** All that was published, oldest first; with a directory also what was published before a restart. */
  messages(): Message[];
}

interface State {
  saved: Topics;
  file: SavedState<Topics>;
  mailbox: Mailbox;
  clock: Clock;
  randomUuid: () => string;
  onMessage: (message: Message) => void | Promise<void>;
}

/** Fields of the form, undefined where missing. */
type Form = (name: string) => string | undefined;
type Operation = (state: State, form: Form) => Xml | Promise<Xml>;

function topicOf({ saved }: State, topicArn: string | undefined): string {
  if (topicArn === undefined) throw new AwsError("InvalidParameter", "Invalid parameter: TopicArn");
  if (!saved.topics.includes(topicArn)) throw new AwsError("NotFound", "Topic does not exist", 404);
  return topicArn;
}

const createTopic: Operation = ({ saved, file }, form) => {
  const topicArn = arn("sns", checkTopicName(form("Name")));
  if (!saved.topics.includes(topicArn)) {
    saved.topics.push(topicArn);
    file.save(saved);
  }
  return { TopicArn: topicArn };
};

const publish: Operation = async (state, form) => {
  const topicArn = topicOf(state, form("TopicArn") ?? form("TargetArn"));
  if (form("MessageStructure") !== undefined) {
    throw new AwsError(
      "InvalidParameter",
      "Invalid parameter: MessageStructure: the sandbox takes plain messages alone",
    );
  }
  const subject = form("Subject");
  const published: Message = {
    id: state.randomUuid(),
    topicArn,
    ...(subject !== undefined && { subject }),
    message: checkMessage({ message: form("Message"), subject }),
    publishedAt: new Date(state.clock()).toISOString(),
  };
  state.mailbox.add(published);
  await state.onMessage(published);
  return { MessageId: published.id };
};

const subscribe: Operation = (state, form) => {
  const { saved, file, randomUuid } = state;
  const TopicArn = topicOf(state, form("TopicArn"));
  const { protocol: Protocol, endpoint: Endpoint } = checkSubscription(form("Protocol"), form("Endpoint"));
  const known = saved.subscriptions.find(
    (one) => one.TopicArn === TopicArn && one.Protocol === Protocol && one.Endpoint === Endpoint,
  );
  if (known) return { SubscriptionArn: known.SubscriptionArn };
  // A person or a web server has to confirm first, which nobody here can.
  const isPending = ["email", "email-json", "http", "https"].includes(Protocol);
  const SubscriptionArn = isPending ? "PendingConfirmation" : `${TopicArn}:${randomUuid()}`;
  const [, , , , Owner = ""] = TopicArn.split(":");
  saved.subscriptions.push({ SubscriptionArn, Owner, Protocol, Endpoint, TopicArn });
  file.save(saved);
  return { SubscriptionArn: isPending ? "pending confirmation" : SubscriptionArn };
};

/** A hundred after the token, which is the index of the first. */
function page<T>(all: T[], token: string | undefined) {
  const from = Number(token ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new AwsError("InvalidParameter", "Invalid parameter: NextToken");
  const next = from + 100;
  return { items: all.slice(from, next), ...(all.length > next && { NextToken: String(next) }) };
}

const listTopics: Operation = ({ saved }, form) => {
  const { items, ...next } = page(saved.topics, form("NextToken"));
  return { Topics: items.map((TopicArn) => ({ TopicArn })), ...next };
};

const listSubscriptionsByTopic: Operation = (state, form) => {
  const topicArn = topicOf(state, form("TopicArn"));
  const found = state.saved.subscriptions.filter(({ TopicArn }) => TopicArn === topicArn);
  const { items, ...next } = page(found, form("NextToken"));
  return { Subscriptions: items.map((subscription) => ({ ...subscription })), ...next };
};

const operations: Record<string, Operation | undefined> = {
  CreateTopic: createTopic,
  Publish: publish,
  Subscribe: subscribe,
  ListTopics: listTopics,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
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
  const file = savedState<Topics>(options.directory, "topics.json");
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
      if (!perform) throw new AwsError("InvalidAction", `The sandbox's SNS has no ${action}.`);
      const resource = form("Name") ?? (form("TopicArn") ?? form("TargetArn"))?.split(":").pop();
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
