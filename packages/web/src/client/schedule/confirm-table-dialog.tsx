import { account } from "../base/account.ts";
import { api } from "../base/api.ts";
import { Button, OutsideLink } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { session } from "../base/session.ts";
import { useBusy } from "../base/use-busy.ts";

/** A restored or imported table may have squares in its queue that were posted since. Only a person can compare. */
export default function ConfirmTableDialog({ onClose }: { onClose: () => void }) {
  const [busy, run] = useBusy();
  const known = account.value?.state === "known" ? account.value : undefined;
  const accountUrl = session.value?.accountUrl ?? (known && `https://x.com/${known.username}`);
  const confirm = async () => {
    try {
      await api.confirmTable();
      toastDone("Confirmed. Posting continues at the next scheduled time.");
    } catch (error) {
      toastFailed("The table could not be confirmed.", error);
    }
    squaresChanged();
    onClose();
  };
  return (
    <Dialog title="Was anything in the queue posted already?" onClose={onClose}>
      <p>
        This table was restored or imported, and may not know the latest posts. Look at the account on X. Withdraw every
        square in the queue that you see there, or it will be posted a second time.
      </p>
      {accountUrl && <OutsideLink href={accountUrl}>View account on X</OutsideLink>}
      <div class="choices">
        <Button disabled={busy} onClick={() => void run(confirm)}>
          Nothing in the queue was posted: continue
        </Button>
        <Button main onClick={onClose}>
          Not yet
        </Button>
      </div>
    </Dialog>
  );
}
