import type { SquareDetail } from "../../contract.ts";
import { OutsideLink } from "../base/button.tsx";
import { formatDate, formatSize } from "../base/format.ts";
import { squarePath } from "../base/router.ts";

/** What is seldom asked of a square. */
export function Facts({ square }: { square: SquareDetail }) {
  const size = square.width && square.height ? `${square.width} × ${square.height} pixels` : "";
  return (
    <details class="more-facts">
      <summary>Details</summary>
      <dl class="facts">
        <dt>ID</dt>
        <dd>
          <code>{square.id}</code>
        </dd>
        {size && (
          <>
            <dt>Size</dt>
            <dd>
              {size}
              {square.bytes !== undefined && `, ${formatSize(square.bytes)}`}
            </dd>
          </>
        )}
        {square.createdAt && (
          <>
            <dt>Added</dt>
            <dd>{formatDate(square.createdAt)}</dd>
          </>
        )}
        <dt>Attempts</dt>
        <dd>{square.attempts}</dd>
        <dt>Files</dt>
        <dd>
          <OutsideLink href={square.pictureUrl}>Picture for X</OutsideLink>{" "}
          {square.originalUrl && <OutsideLink href={`/api${squarePath(square.id)}/original`}>Original</OutsideLink>}
        </dd>
      </dl>
    </details>
  );
}
