/** One line of what CloudFormation says about a stack. */
export interface Happening {
  id: string;
  resource: string;
  type: string;
  physicalId: string;
  status: string;
  reason: string;
  at: Date | undefined;
}

const stackType = "AWS::CloudFormation::Stack";
/** What AWS says of resources that were in progress when another one failed. */
const isConsequence = (reason: string) => /^Resource (creation|update) cancelled/i.test(reason);

/** Why it failed: the first failure that is not a consequence of another, in one sentence. */
export function firstCause(happenings: readonly Happening[]): string | undefined {
  const failures = happenings.filter(({ status, type }) => status.endsWith("_FAILED") && type !== stackType);
  const first = failures.find(({ reason }) => !isConsequence(reason)) ?? failures[0];
  if (first !== undefined) {
    const { resource, type, reason } = first;
    return `${resource} (${type}) ${doing(first.status)}: ${inOneSentence(reason)}`;
  }
  const stack = happenings.find(
    ({ status, type, reason }) => type === stackType && /ROLLBACK|FAILED/.test(status) && reason,
  );
  return stack === undefined ? undefined : inOneSentence(stack.reason);
}

const doing = (status: string) =>
  `could not be ${status.startsWith("CREATE") ? "created" : status.startsWith("DELETE") ? "deleted" : "changed"}`;

/** Removes request ids, handler tokens and line breaks from AWS's reasons, because they help nobody here. */
function inOneSentence(reason: string): string {
  const text = reason
    .replaceAll(/\s+/g, " ")
    .replace(/ \(RequestToken: [^)]*\)/, "")
    .replaceAll(/,? ?Request ID: [\w-]+/gi, "")
    .replaceAll(/,? ?SDK Attempt Count: \d+/gi, "")
    .replace(/^Resource handler returned message: "(.*)"$/, "$1")
    .trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Whether nothing more happens to the stack. */
export const isEnd = ({ type, status, physicalId }: Happening, stackId: string): boolean =>
  type === stackType && physicalId === stackId && /_(COMPLETE|FAILED)$/.test(status);
