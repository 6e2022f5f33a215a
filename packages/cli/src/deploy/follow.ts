import { type CloudFormationClient, DescribeStackEventsCommand, type StackEvent } from "@aws-sdk/client-cloudformation";
import { type Happening, isEnd } from "./first-cause.ts";

/** All that is known of the stack, newest first, down to an event that was seen before. */
async function newEvents(
  client: CloudFormationClient,
  stackId: string,
  seen: ReadonlySet<string>,
): Promise<Happening[]> {
  const found: Happening[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeStackEventsCommand({ StackName: stackId, ...(NextToken !== undefined && { NextToken }) }),
    );
    for (const event of page.StackEvents ?? []) {
      if (seen.has(event.EventId ?? "")) return found;
      found.push(happening(event));
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

const happening = (event: StackEvent): Happening => ({
  id: event.EventId ?? "",
  resource: event.LogicalResourceId ?? "",
  type: event.ResourceType ?? "",
  physicalId: event.PhysicalResourceId ?? "",
  status: event.ResourceStatus ?? "",
  reason: event.ResourceStatusReason ?? "",
  at: event.Timestamp,
});

/** The ids of the events so far: what comes next is told apart from them. */
export async function seenSoFar(client: CloudFormationClient, stackId: string): Promise<Set<string>> {
  return new Set((await newEvents(client, stackId, new Set())).map(({ id }) => id));
}

/**
 * Follows a stack to the end of what it is doing.
 *
 * @returns the events, oldest first; the last one says how it ended
 */
export async function follow(
  client: CloudFormationClient,
  stackId: string,
  { seen, pause, onEvent }: { seen: Set<string>; pause: () => Promise<void>; onEvent: (event: Happening) => void },
): Promise<Happening[]> {
  const all: Happening[] = [];
  for (;;) {
    for (const event of (await newEvents(client, stackId, seen)).reverse()) {
      seen.add(event.id);
      all.push(event);
      onEvent(event);
    }
    if (all.some((event) => isEnd(event, stackId))) return all;
    await pause();
  }
}
