import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Run } from "../../contract-runs.ts";
import { api } from "../base/api.ts";
import { OutsideLink } from "../base/button.tsx";
import { formatCount, formatDuration, formatTime } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { plainWords } from "../base/plain-words.ts";
import { squarePath } from "../base/router.ts";
import { Failed, SkeletonRows } from "../base/states.tsx";
import { Trouble } from "../base/trouble.tsx";
import { useLoad } from "../base/use-load.ts";
import { drawRun, drawWorkflow, stateSize } from "./drawing.ts";
import { RunGraph } from "./run-graph.tsx";
import { Json, StepPanel } from "./step-panel.tsx";
import "./runs.css";

const lookEveryMs = 1_500;

/** One run: the graph of its states, its steps, and the input and output of each. */
export default function RunPage({ name = "" }: { name?: string }) {
  const run = useLoad(() => api.run(name), [name]);
  const running = run.value?.status === "RUNNING";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(run.reload, lookEveryMs);
    return () => clearInterval(timer);
  }, [running, run.reload]);
  if (run.value === undefined)
    return (
      <>
        <h1 class="visually-hidden">Run</h1>
        {run.error === undefined ? (
          <SkeletonRows count={6} />
        ) : (
          <Failed what="This run could not be loaded" error={run.error} again={run.reload} />
        )}
      </>
    );
  return (
    <>
      <RunHead run={run.value} />
      <RunBody run={run.value} />
    </>
  );
}

function RunHead({ run }: { run: Run }) {
  const ms = run.endedAt === undefined ? undefined : Date.parse(run.endedAt) - Date.parse(run.startedAt);
  return (
    <>
      <p class="back">
        <a href="/runs">
          <Icon name="back" /> Runs
        </a>
      </p>
      <div class="page-head page-head-two">
        <h1 class={`run-title outcome-${run.status.toLowerCase()}`}>
          <span class="dot" aria-hidden="true" />
          {run.summary}
        </h1>
        <p class="quiet">
          <time dateTime={run.startedAt}>{formatTime(run.startedAt)}</time>
          {ms !== undefined && `, ${formatDuration(ms)}`}
        </p>
        <span class="page-aside">
          {run.squareId && <a href={squarePath(run.squareId)}>{run.squareTitle ?? "View square"}</a>}
          {run.consoleUrl && <OutsideLink href={run.consoleUrl}>AWS console</OutsideLink>}
        </span>
      </div>
      {run.error !== undefined && (
        <div class="held-why">
          <Trouble told={plainWords(run.cause ?? "", run.error)} />
        </div>
      )}
    </>
  );
}

function RunBody({ run }: { run: Run }) {
  const [whole, setWhole] = useState(false);
  const workflow = useLoad(
    async () => (whole ? drawWorkflow((await import("virtual:workflow-layout")).default) : undefined),
    [whole],
  );
  const path = useMemo(() => drawRun(run.steps), [run.steps]);
  const drawing = whole ? workflow.value : path;
  const isOfOther = whole && path.states.some(({ name }) => drawing?.states.every((state) => state.name !== name));
  const worst = run.steps.findIndex(({ outcome }) => outcome === "failed" || outcome === "caught");
  const [chosen, setChosen] = useState<number>();
  const selected = chosen ?? (worst >= 0 ? worst : run.steps.length - 1);
  const step = run.steps[selected];
  const view = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const shown = whole ? drawing?.states.find(({ name }) => name === step?.name) : undefined;
    if (view.current === null || shown === undefined) return;
    const { clientWidth, clientHeight } = view.current;
    const { width, height } = stateSize;
    // The whole is larger than the screen, and where it begins there may be nothing.
    view.current.scrollTo(shown.x + (width - clientWidth) / 2, shown.y + (height - clientHeight) / 2);
  }, [whole, drawing]);
  return (
    <div class="run">
      <section class="run-graph" aria-label="Graph">
        <label class="switch">
          <input type="checkbox" checked={whole} onChange={(event) => setWhole(event.currentTarget.checked)} />
          Whole workflow
        </label>
        {isOfOther && (
          <p class="quiet">
            This run used another version of the workflow. States that no longer exist are only in the list.
          </p>
        )}
        {whole && workflow.error !== undefined && (
          <Failed what="The workflow could not be loaded" error={workflow.error} again={workflow.reload} />
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section ref={view} class="graph-scroll" tabIndex={0} aria-label="Drawing">
          {drawing && <RunGraph drawing={drawing} steps={run.steps} selected={selected} onSelect={setChosen} />}
        </section>
      </section>
      <div class="run-side">
        {step && <StepPanel step={step} />}
        <section aria-label="Steps">
          <h2>Steps</h2>
          <ol class="steps">
            {run.steps.map((one, index) => (
              <li key={index}>
                <button
                  type="button"
                  class={`step outcome-${one.outcome}`}
                  aria-pressed={index === selected}
                  onClick={() => setChosen(index)}
                >
                  <span class="dot" aria-hidden="true" />
                  <span>{one.name}</span>
                  <span class="quiet">
                    {one.retries.length > 0 && `${formatCount(one.retries.length, "retry", "retries")}, `}
                    {one.ms === undefined ? "…" : formatDuration(one.ms)}
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </section>
        <Json title="Run input" value={run.input} open={false} />
        <Json title="Run output" value={run.output} open={false} />
      </div>
    </div>
  );
}
