import { signal } from "@preact/signals";
import { api } from "./api.ts";

const names = signal<readonly string[]>([]);
let loading: Promise<void> | undefined;

/** Series that are in use, as suggestions. A person can also type one, so a failure is not reported. */
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
