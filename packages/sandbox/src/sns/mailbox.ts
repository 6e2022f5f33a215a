import { readdirSync } from "node:fs";
import { join } from "node:path";
import { savedState } from "../saved-state.ts";

/** What was published: in the sandbox, the owner's mail. */
export interface Message {
  id: string;
  topicArn: string;
  subject?: string;
  message: string;
  /** ISO time. */
  publishedAt: string;
}

/** Published messages, oldest first. */
export interface Mailbox {
  messages(): Message[];
  /** Done when the message is on disk. */
  add(message: Message): void;
}

/** Keeps one file a message in the folder `mail` of `directory`, by time; in memory without a directory. */
export function openMailbox(directory: string | undefined): Mailbox {
  const folder = directory === undefined ? undefined : join(directory, "mail");
  const file = (name: string) => savedState<Message>(folder, name);
  const messages = (folder === undefined ? [] : filesOf(folder)).flatMap((name) => file(name).load() ?? []);
  return {
    messages: () => [...messages],
    add(message) {
      // Windows allows no colon in a file name.
      file(`${message.publishedAt.replaceAll(":", "-")} ${message.id}.json`).save(message);
      messages.push(message);
    },
  };
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
