import { signal } from "@preact/signals";
import { api } from "./endpoints.ts";

const names = signal<readonly string[]>([]);
let loading: Promise<void> | undefined;

/** Names of series in use; without them a person can still type one, so that a failure is not worth a word. */
export const seriesNames = {
  names,
  load({ again = false } = {}): Promise<void> {
    if (loading === undefined || again)
      loading = api.series().then(
        (found) => {
          names.value = found;
        },
        () => {
          loading = undefined;
        },
      );
    return loading;
  },
};
