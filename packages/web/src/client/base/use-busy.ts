import { useState } from "preact/hooks";

/** Runs one act at a time. @returns whether one is running, and what starts one. */
export function useBusy() {
  const [busy, setBusy] = useState(false);
  const run = async (act: () => unknown): Promise<void> => {
    setBusy(true);
    try {
      await act();
    } finally {
      setBusy(false);
    }
  };
  return [busy, run] as const;
}
