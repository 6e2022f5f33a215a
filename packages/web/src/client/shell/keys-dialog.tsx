import { Dialog } from "../base/dialog.tsx";
import { areKeysOn, isKeysDialogOpen, keys, turnKeys } from "./keys.ts";
import "./keys-dialog.css";

/** What is no single letter, and cannot be turned off. */
const others = [
  ["← →", "Previous and next square, where one is open"],
  ["Ctrl Enter", "Save the words, and go to the next square"],
  ["Space", "Select a square of the wall; with Shift, the arrow keys select more"],
  ["Esc", "Close a dialog, or end the selection"],
] as const;

/** The keys outside of text fields, and the switch that turns them off. */
export default function KeysDialog() {
  const close = () => {
    isKeysDialogOpen.value = false;
  };
  return (
    <Dialog title="Keyboard shortcuts" onClose={close}>
      <dl class="keys">
        {keys.map(({ key, what }) => (
          <div key={key}>
            <dt>
              <kbd>{key.toUpperCase()}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
        {others.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={areKeysOn.value} onChange={(event) => turnKeys(event.currentTarget.checked)} />
        <span>Use single-letter shortcuts</span>
      </label>
    </Dialog>
  );
}
