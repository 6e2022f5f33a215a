import type { ComponentType, FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Unreachable } from "./request.ts";
import { Failed } from "./states.tsx";

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

export type Lazy<Props> = FunctionComponent<Props> & { preload: () => void };

/** A component in its own file, which is fetched when it is first shown or `preload` is called. */
export function lazy<Props extends object>(load: Load<Props>): Lazy<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;
  const start = () => {
    loading ??= load().then(
      (module) => {
        loaded = module.default;
      },
      (error: unknown) => {
        // The next call tries again.
        loading = undefined;
        throw navigator.onLine ? error : new Unreachable(error);
      },
    );
    return loading;
  };
  function Later(props: Props) {
    const [error, setError] = useState<unknown>();
    const [, redraw] = useState(0);
    const draw = () => void start().then(() => redraw(1), setError);
    useEffect(() => {
      if (loaded === undefined) draw();
    }, []);
    if (loaded !== undefined) {
      const Loaded = loaded;
      return <Loaded {...props} />;
    }
    if (error === undefined) return <div class="page-loading" />;
    // After a deployment the file may have another name, which only a reload finds.
    const again = () => (error instanceof Unreachable ? draw() : window.location.reload());
    return <Failed what="This page could not be loaded" error={error} again={again} />;
  }
  return Object.assign(Later, { preload: () => void start().catch(() => undefined) });
}
