import type { SquareCard } from "../../contract.ts";
import type { Candidate } from "../../contract-review.ts";
import { Dialog } from "../base/dialog.tsx";
import { titleOf } from "../base/format.ts";

interface PutBackProps {
  square: SquareCard;
  /** The post that a look has shown to have this very picture. */
  out: Candidate | undefined;
  onPutBack: () => void;
  onClose: () => void;
}

/** Asks once more: this is how a picture gets posted twice. */
export function PutBackDialog({ square, out, onPutBack, onClose }: PutBackProps) {
  return (
    <Dialog title={`Put “${titleOf(square)}” back into the queue?`} onClose={onClose}>
      {out === undefined ? (
        <p>If it is out after all, it will be posted a second time. Look at your profile on X if you are not sure.</p>
      ) : (
        <p>
          <strong>It is out:</strong>{" "}
          <a href={out.url} target="_blank" rel="noreferrer">
            this post
          </a>{" "}
          has this very picture, so it would be posted a second time.
        </p>
      )}
      <div class="choices">
        <button
          type="button"
          class="button"
          onClick={() => {
            onClose();
            onPutBack();
          }}
        >
          Put it back into the queue
        </button>
        <button type="button" class="button button-main" onClick={onClose}>
          Leave it as it is
        </button>
      </div>
    </Dialog>
  );
}
