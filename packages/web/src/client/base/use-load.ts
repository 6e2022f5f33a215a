import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Latest } from "./latest.ts";
import { revision } from "./overview.ts";

export interface Loaded<Value> {
  value?: Value | undefined;
  error?: unknown;
  loading: boolean;
  /** Loads again; the old value stays until then. */
  reload: () => void;
  /** What is known to be newer than any answer to come. */
  set: (value: Value) => void;
}

/** Loads when `keys` change and when squares were changed. Late answers to earlier requests are ignored. */
export function useLoad<Value>(load: () => Promise<Value>, keys: readonly unknown[]): Loaded<Value> {
  const [state, setState] = useState<{ value?: Value; error?: unknown; loading: boolean }>({ loading: true });
  const [latest] = useState(() => new Latest());
  const loader = useRef(load);
  loader.current = load;
  const reload = useCallback(() => {
    const isLatest = latest.ask();
    setState((before) => ({ ...before, loading: true }));
    loader.current().then(
      (value) => isLatest() && setState({ value, loading: false }),
      (error: unknown) => isLatest() && setState((before) => ({ ...before, error, loading: false })),
    );
  }, []);
  // With other keys, the old value is not shown.
  useEffect(() => {
    setState({ loading: true });
    reload();
  }, keys);
  const seen = revision.value;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else reload();
  }, [seen, reload]);
  useEffect(() => () => latest.outdate(), []);
  const set = useCallback((value: Value) => {
    latest.outdate();
    setState({ value, loading: false });
  }, []);
  return { ...state, reload, set };
}
