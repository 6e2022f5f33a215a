import { useMemo } from "preact/hooks";
import type { RunStep, Workflow } from "../../contract-runs.ts";
import { durationWords } from "../base/format.ts";
import { layoutGraph, pathOf } from "./graph-layout.ts";

interface GraphProps {
  workflow: Workflow;
  steps: readonly RunStep[];
  /** Only the states that the run was in. */
  onlyVisited: boolean;
  /** Index of the step that is shown beside the graph. */
  selected: number;
  onSelect: (step: number) => void;
}

const size = { width: 188, height: 40, gapX: 22, gapY: 34 } as const;
const margin = 12;
const arrow = 7;

const outcomeWords = { running: "running", succeeded: "done", failed: "failed", caught: "failed, and caught" } as const;

/** The workflow as a graph, coloured by what happened in a run. */
export function RunGraph({ workflow, steps, onlyVisited, selected, onSelect }: GraphProps) {
  const visits = useMemo(() => Map.groupBy(steps.entries(), ([, step]) => step.name), [steps]);
  const went = useMemo(
    () => new Set(steps.slice(1).map((step, index) => `${steps[index]?.name}\n${step.name}`)),
    [steps],
  );
  const names = [...visits.keys()].join("\n");
  const layout = useMemo(() => {
    const nodes = workflow.states
      .map(({ name }) => name)
      .filter((name) => !onlyVisited || names.split("\n").includes(name));
    const edges = [
      ...new Map(
        workflow.transitions
          .filter(({ from, to }) => from !== to && (!onlyVisited || went.has(`${from}\n${to}`)))
          .map(({ from, to, kind }) => [`${from}\n${to}`, { from, to, kind }]),
      ).values(),
    ];
    return { ...layoutGraph({ startAt: workflow.startAt, nodes, edges }, size), kinds: edges };
  }, [workflow, onlyVisited, names, went]);
  const width = layout.width + margin * 2;
  const height = layout.height + margin * 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG that holds buttons is a group of them
    <svg
      class="graph"
      viewBox={`${-margin} ${-margin} ${width} ${height}`}
      width={width}
      height={height}
      role="group"
      aria-label="States of the workflow, by what happened"
    >
      {[...layout.edges]
        .sort((one, two) => Number(went.has(`${one.from}\n${one.to}`)) - Number(went.has(`${two.from}\n${two.to}`)))
        .map(({ from, to, points, backwards }) => {
          const taken = went.has(`${from}\n${to}`);
          const end = points.at(-1);
          const caught = layout.kinds.some((edge) => edge.from === from && edge.to === to && edge.kind === "catch");
          return (
            <g key={`${from}\n${to}`} class={`edge${taken ? " edge-taken" : ""}${caught ? " edge-catch" : ""}`}>
              <path d={pathOf(points)} />
              {end && <path class="edge-head" d={headOf(end.x, end.y, backwards)} />}
            </g>
          );
        })}
      {[...layout.nodes].map(([name, { x, y }]) => {
        const seen = visits.get(name) ?? [];
        const [index, step] = seen.at(-1) ?? [];
        const retries = seen.reduce((sum, [, visit]) => sum + visit.retries.length, 0);
        const ms = seen.reduce((sum, [, visit]) => sum + (visit.ms ?? 0), 0);
        const isShown = seen.some(([at]) => at === selected);
        const facts = [
          step && outcomeWords[step.outcome],
          step?.ms !== undefined && durationWords(ms),
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
            <rect width={size.width} height={size.height} rx={6} />
            <text>
              <tspan x={size.width / 2} y={facts.length > 0 ? 17 : 24}>
                {name}
              </tspan>{" "}
              {facts.length > 0 && (
                <tspan class="node-facts" x={size.width / 2} y={31}>
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

/** The head of an arrow that ends at a point, from above or, going back, from below. */
function headOf(x: number, y: number, backwards: boolean): string {
  const from = backwards ? y + arrow : y - arrow;
  return `M${x - arrow / 2} ${from}L${x} ${y}L${x + arrow / 2} ${from}`;
}
