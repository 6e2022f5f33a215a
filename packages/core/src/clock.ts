/** Milliseconds since the Unix epoch, as `Date.now` gives them; an argument wherever time matters. */
export type Clock = () => number;

export const minuteMs = 60_000;

export const dayMs = 24 * 60 * minuteMs;
