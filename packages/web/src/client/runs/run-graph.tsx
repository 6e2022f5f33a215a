import { useMemo } from "preact/hooks";
import type { RunStep } from "../../contract-runs.ts";
import { formatDuration } from "../base/format.ts";
import { type Drawing, stateSize } from "./drawing.ts";

interface GraphProps {
  drawing: Drawing;
  steps: readonly RunStep[];
  /** Index of the step that is shown beside the graph. */
  selected: number;
  onSelect: (step: number) => void;
}

const margin = 12;

const outcomeLabels = { running: "running", succeeded: "done", failed: "failed", caught: "failed, handled" } as const;

/** States and transitions, coloured by what happened in a run. */
export function RunGraph({ drawing, steps, selected, onSelect }: GraphProps) {
  const visits = useMemo(() => Map.groupBy(steps.entries(), ([, step]) => step.name), [steps]);
  const taken = useMemo(
    () => new Set(steps.slice(1).map((step, index) => `${steps[index]?.name}\n${step.name}`)),
    [steps],
  );
  const lines = drawing.lines.map((line) => ({ ...line, isTaken: taken.has(`${line.from}\n${line.to}`) }));
  const width = drawing.width + margin * 2;
  const height = drawing.height + margin * 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG that holds buttons is a group of them
    <svg
      class="graph"
      viewBox={`${-margin} ${-margin} ${width} ${height}`}
      width={width}
      height={height}
      role="group"
      aria-label="States of the workflow and what happened in them"
    >
      {/* Lines that were taken are drawn over the others. */}
      {lines
        .sort((one, two) => Number(one.isTaken) - Number(two.isTaken))
        .map(({ from, to, path, head, isTaken, isCatch }) => (
          <g key={`${from}\n${to}`} class={`edge${isTaken ? " edge-taken" : ""}${isCatch ? " edge-catch" : ""}`}>
            <path d={path} />
            <path class="edge-head" d={head} />
          </g>
        ))}
      {drawing.states.map(({ name, x, y }) => {
        const seen = visits.get(name) ?? [];
        const [index, step] = seen.at(-1) ?? [];
        const retries = seen.reduce((sum, [, visit]) => sum + visit.retries.length, 0);
        const ms = seen.reduce((sum, [, visit]) => sum + (visit.ms ?? 0), 0);
        const isShown = seen.some(([at]) => at === selected);
        const facts = [
          step && outcomeLabels[step.outcome],
          step?.ms !== undefined && formatDuration(ms),
          seen.length > 1 && `${seen.length} times`,
          retries > 0 && `${retries} ${retries === 1 ? "retry" : "retries"}`,
        ].filter(Boolean);
        const select = () => index !== undefined && onSelect(index);
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: it has the role of a button where it can be pressed
          <g
            key={name}
            class={`node node-${step?.outcome ?? "unseen"}${isShown ? " node-shown" : ""}`}
            transform={`translate(${x} ${y})`}
            {...(step && { role: "button", tabindex: 0, "aria-pressed": isShown })}
            onClick={select}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              select();
            }}
          >
            <rect width={stateSize.width} height={stateSize.height} rx={6} />
            <text>
              <tspan x={stateSize.width / 2} y={facts.length > 0 ? 17 : 24}>
                {name}
              </tspan>{" "}
              {facts.length > 0 && (
                <tspan class="node-facts" x={stateSize.width / 2} y={31}>
                  {facts.join(", ")}
                </tspan>
              )}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
