import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { api } from "../base/api.ts";
import { Button, OutsideLink } from "../base/button.tsx";
import { titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { closeSquare } from "../base/router.ts";
import { actions, isDatable } from "./actions.ts";
import { DayDialog } from "./day-dialog.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import PostNowDialog from "./post-now-dialog.tsx";
import { UnpostDialog } from "./unpost-dialog.tsx";

const isDeletable = ({ status }: SquareCard) => !["claimed", "posting", "review"].includes(status);

/** What can be done with a square in its status; `children` is what can be done with its picture. */
export function SquareButtons({ square, children }: { square: SquareCard; children?: ComponentChildren }) {
  const [asking, setAsking] = useState<"post" | "unpost" | "day" | "delete">();
  const { status } = square;
  const close = () => setAsking(undefined);
  return (
    <div class="square-buttons">
      {(status === "queued" || status === "dated") && (
        <Button onClick={() => setAsking("post")}>
          <Icon name="send" /> Post now…
        </Button>
      )}
      {status === "queued" && (
        <>
          <Button onClick={() => void actions.move(square, "top")}>Move to top</Button>
          <Button onClick={() => void actions.move(square, "end")}>Move to end</Button>
        </>
      )}
      {isDatable(square) && <Button onClick={() => setAsking("day")}>Move to day…</Button>}
      {(status === "queued" || status === "dated") && (
        <Button onClick={() => void actions.toDraft(square)}>Make a draft</Button>
      )}
      {(status === "draft" || status === "withdrawn") && (
        <>
          <Button main onClick={() => void actions.requeue(square)}>
            Add to queue
          </Button>
          <Button onClick={() => void actions.requeue(square, true)}>Post next</Button>
        </>
      )}
      {(status === "queued" || status === "dated" || status === "draft") && (
        <Button onClick={() => void actions.withdraw(square)}>Withdraw</Button>
      )}
      {status === "posted" && (
        <>
          {square.postUrl && (
            <OutsideLink class="button" href={square.postUrl}>
              View post
            </OutsideLink>
          )}
          {square.bluesky?.url && (
            <OutsideLink class="button" href={square.bluesky.url}>
              View on Bluesky
            </OutsideLink>
          )}
          {square.bluesky?.problem && <p class="quiet">Not on Bluesky: {square.bluesky.problem}</p>}
          <Button onClick={() => setAsking("unpost")}>
            <Icon name="trash" /> Delete post…
          </Button>
        </>
      )}
      {children}
      {isDeletable(square) && <Button onClick={() => setAsking("delete")}>Delete for good…</Button>}
      {asking === "delete" && <DeleteDialog square={square} onClose={close} />}
      {asking === "unpost" && <UnpostDialog square={square} onClose={close} />}
      {asking === "day" && <DayDialog square={square} onClose={close} />}
      {asking === "post" && (
        <PostNowDialog
          title={`Post “${titleOf(square)}” now?`}
          square={square}
          start={() => {
            closeSquare();
            return api.post(square.id);
          }}
          onClose={close}
        />
      )}
    </div>
  );
}
