import { resetControls } from "./controls.ts";
import { forgetAll, type X } from "./state.ts";

/** As after a start: no faults, default settings, empty log, full rate limits; without posts and media on request. */
export async function reset(x: X, options: { keepPosts: boolean }): Promise<void> {
  resetControls(x.controls);
  x.windows.clear();
  x.running.clear();
  if (!options.keepPosts) await forgetAll(x);
}
