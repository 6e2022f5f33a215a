import { useCallback, useEffect, useRef, useState } from "preact/hooks";
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
  const asked = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => {
    asked.current += 1;
    const mine = asked.current;
    setState((before) => ({ ...before, loading: true }));
    latest.current().then(
      (value) => mine === asked.current && setState({ value, loading: false }),
      (error: unknown) => mine === asked.current && setState((before) => ({ ...before, error, loading: false })),
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
  useEffect(
    () => () => {
      asked.current = -1;
    },
    [],
  );
  const set = useCallback((value: Value) => {
    asked.current += 1;
    setState({ value, loading: false });
  }, []);
  return { ...state, reload, set };
}
