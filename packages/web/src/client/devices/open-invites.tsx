import type { OpenInvite } from "../../contract-access.ts";
import { api } from "../base/endpoints.ts";
import { timeWords } from "../base/format.ts";
import { Failed } from "../base/states.tsx";
import { toastDone, toastFailed } from "../base/toasts.tsx";
import type { Loaded } from "../base/use-load.ts";

/** Links that somebody could still use, and a way to take each back. */
export function OpenInvites({ invites }: { invites: Loaded<OpenInvite[]> }) {
  const { value, error, reload } = invites;
  if (error !== undefined) return <Failed what="The open invites could not be loaded" error={error} again={reload} />;
  if (value === undefined || value.length === 0) return null;
  const end = async ({ id }: OpenInvite) => {
    try {
      await api.voidInvite(id);
      toastDone("The link opens nothing any more.");
    } catch (failure) {
      toastFailed("The invite could not be voided.", failure);
    }
    reload();
  };
  const now = new Date();
  return (
    <section aria-labelledby="open-invites">
      <h2 id="open-invites">Open invites</h2>
      <p class="quiet">Links that nobody has used yet. Void those that you do not know or do not need.</p>
      <ul class="rows">
        {value.map((invite) => (
          <li key={invite.id} class="row">
            <div class="row-words">
              <span class="row-title">Made by {invite.madeBy}</span>
              <span class="quiet">
                {timeWords(invite.createdAt, { now })}, good until {timeWords(invite.expiresAt, { now })}
              </span>
            </div>
            <div class="row-switches">
              <button type="button" class="button button-slim" onClick={() => void end(invite)}>
                <span>
                  Void<span class="visually-hidden"> the invite made by {invite.madeBy}</span>
                </span>
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
