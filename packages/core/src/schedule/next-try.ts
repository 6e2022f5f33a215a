/**
 * Milliseconds since the epoch of the next try that a message names between < and >, of a day without a time its beginning in UTC;
 * undefined where it names none.
 */
export function nextTryIn(message: string): number | undefined {
  const time = Date.parse(/<(\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?)>/.exec(message)?.[1] ?? "");
  return Number.isNaN(time) ? undefined : time;
}
