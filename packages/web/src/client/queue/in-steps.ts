import { useEffect, useState } from "preact/hooks";

const step = 40;

/** How many rows of a long list are drawn: some at once, the others in the frames that follow, so that none of them takes long. */
export function useSteps(count: number): number {
  const [drawn, setDrawn] = useState(step);
  useEffect(() => {
    if (drawn >= count) return;
    const frame = requestAnimationFrame(() => setDrawn(drawn + step));
    return () => cancelAnimationFrame(frame);
  }, [drawn, count]);
  return drawn;
}
