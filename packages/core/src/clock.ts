/** Milliseconds since the Unix epoch, as `Date.now` gives them; an argument wherever time matters. */
export type Clock = () => number;
