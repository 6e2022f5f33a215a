import type { RunStep } from "../../contract-runs.ts";
import { formatClock, formatCount, formatDuration } from "../base/format.ts";

const outcomes = { running: "Running", succeeded: "Done", failed: "Failed", caught: "Failed, handled" } as const;

/** One step of a run: its result, retries, input and output. */
export function StepPanel({ step }: { step: RunStep }) {
  return (
    <section class="step-panel" aria-label={`State ${step.name}`}>
      <h2>{step.name}</h2>
      <p class={`outcome outcome-${step.outcome}`}>
        <span class="dot" aria-hidden="true" />
        {outcomes[step.outcome]}
        {step.ms !== undefined && ` in ${formatDuration(step.ms)}`}
        <span class="quiet">
          {step.type} · {formatClock(step.startedAt)}
        </span>
      </p>
      {step.error && (
        <div class="held-why">
          <strong>{step.error}</strong>
          {step.cause && <p>{messageIn(step.cause)}</p>}
        </div>
      )}
      {step.retries.length > 0 && (
        <>
          <h3>{formatCount(step.retries.length, "retry", "retries")}</h3>
          <ol class="retries">
            {step.retries.map((retry, index) => (
              <li key={index}>
                <strong>{retry.error}</strong> {retry.cause && <span class="quiet">{messageIn(retry.cause)}</span>}
              </li>
            ))}
          </ol>
        </>
      )}
      <Json title="Input" value={step.input} open={false} />
      <Json title="Output" value={step.output} open />
    </section>
  );
}

/** The cause of a failed Lambda is JSON around the message. */
function messageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : cause;
  } catch {
    return cause;
  }
}

export function Json({ title, value, open }: { title: string; value: unknown; open: boolean }) {
  if (value === undefined) return null;
  return (
    <details open={open}>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="json" tabIndex={0} aria-label={title}>
        <pre>{JSON.stringify(value, undefined, 2)}</pre>
      </section>
    </details>
  );
}
