import { account, askAccount } from "./account.ts";
import { Button } from "./button.tsx";
import { toastFailed } from "./messages.tsx";
import { plainWords } from "./plain-words.ts";
import { Trouble } from "./trouble.tsx";
import { useBusy } from "./use-busy.ts";

/** The account's picture, or an empty place for it. */
export function AccountFace() {
  const now = account.value;
  const pictureUrl = now?.state === "known" ? now.pictureUrl : undefined;
  return pictureUrl === undefined ? (
    <span class="face" aria-hidden="true" />
  ) : (
    <img class="face" src={pictureUrl} alt="" width={40} height={40} decoding="async" />
  );
}

/** The X account that posts go to or, while nobody knows its name, the way to find out. */
export function AccountLine() {
  const [busy, run] = useBusy();
  const now = account.value;
  const ask = () =>
    void run(() =>
      askAccount().catch((error: unknown) => toastFailed("X could not be asked about the account.", error)),
    );
  return (
    <div class="account">
      <AccountFace />
      {now?.state === "known" && (
        <span class="account-name">
          {now.name} <span class="quiet">@{now.username}</span>
        </span>
      )}
      {now?.state === "unknown" && (
        <>
          <span class="account-name quiet">The name of the X account is not known yet.</span>
          <Button slim disabled={busy} onClick={ask}>
            Ask X for 1 cent
          </Button>
        </>
      )}
      {now?.state === "no-keys" && (
        <div class="account-name">
          <Trouble told={plainWords(now.reason, "NotAuthorized")} />
        </div>
      )}
    </div>
  );
}
