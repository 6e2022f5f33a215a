/** How long a client of the SDK waits for a connection, and how long for an answer on it; milliseconds. */
export interface Limits {
  connectMs: number;
  answerMs: number;
}

/**
 * What makes a client of the SDK give up in time. Without the last one, it writes a warning once the time is over, and goes on
 * waiting until the function is ended.
 */
export const awsLimits = ({ connectMs, answerMs }: Limits) => ({
  requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
});
