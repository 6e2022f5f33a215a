import { Dialog } from "../base/dialog.tsx";
import { areKeysOn, isKeysDialogOpen, keys, turnKeys } from "./keys.ts";
import "./keys-dialog.css";

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
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Close a dialog</dd>
        </div>
      </dl>
      <label class="check">
        <input type="checkbox" checked={areKeysOn.value} onChange={(event) => turnKeys(event.currentTarget.checked)} />
        <span>Use single-letter shortcuts</span>
      </label>
    </Dialog>
  );
}
