import type { Told } from "./plain-words.ts";

/** Messages that a terminal shows as well have the apostrophe of a keyboard. */
const typeset = (sentence: string) => sentence.replaceAll(/(?<=\w)'(?=\w)/g, "’");

/** Where a message sends people: a terminal makes links of these by itself. */
const places = /(?<![\w.])((?:console\.)?x\.com)(?![\w/])/;

/** A failure in plain words; codes and what programs said fold away. */
export function Trouble({ told: { sentence, details } }: { told: Told }) {
  return (
    <>
      <span>
        {typeset(sentence)
          .split(places)
          .map((part, index) =>
            index % 2 === 1 ? (
              <a key={index} href={`https://${part}`} target="_blank" rel="noreferrer">
                {part}
              </a>
            ) : (
              part
            ),
          )}
      </span>
      {details !== undefined && (
        <details class="trouble">
          <summary>Details</summary>
          <p>{details}</p>
        </details>
      )}
    </>
  );
}
