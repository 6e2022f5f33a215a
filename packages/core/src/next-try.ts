/** Milliseconds since the epoch of the next try that a message names between < and >; undefined where it names none. */
export function nextTryIn(message: string): number | undefined {
  const time = Date.parse(/<(\d{4}-\d\d-\d\dT[\d:.]+Z)>/.exec(message)?.[1] ?? "");
  return Number.isNaN(time) ? undefined : time;
}
