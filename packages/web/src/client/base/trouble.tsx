import type { Told } from "./plain-words.ts";

/** A failure in plain words; codes and what programs said fold away. */
export function Trouble({ told: { sentence, details } }: { told: Told }) {
  return (
    <>
      <span>{sentence}</span>
      {details !== undefined && (
        <details class="trouble">
          <summary>Details</summary>
          <p>{details}</p>
        </details>
      )}
    </>
  );
}
