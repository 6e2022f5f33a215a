import { useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { cityOf, ownTimeZone } from "../base/format.ts";
import { timeZone } from "../base/overview.ts";
import { pause } from "./pausing.ts";

const dayMs = 86_400_000;

const morning = (days: number) => {
  const time = new Date(Date.now() + days * dayMs);
  time.setHours(6, 0, 0, 0);
  return time.toISOString();
};

const localNow = () => {
  const now = new Date(Date.now() + dayMs);
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const choices = [
  { label: "Until I resume", until: () => undefined },
  { label: "Until tomorrow morning", until: () => morning(1) },
  { label: "For a week", until: () => morning(7) },
  { label: "For a month", until: () => morning(30) },
];

export default function PauseDialog({ onClose }: { onClose: () => void }) {
  const [until, setUntil] = useState(localNow);
  const choose = (time: string | undefined) => {
    onClose();
    void pause(time);
  };
  const time = new Date(until);
  const possible = time.getTime() > Date.now();
  return (
    <Dialog title="Pause the schedule" onClose={onClose}>
      <p>Nothing is posted while the schedule is paused. After that, the queue continues where it stopped.</p>
      <div class="choices">
        {choices.map(({ label, until: of }) => (
          <Button key={label} onClick={() => choose(of())}>
            {label}
          </Button>
        ))}
      </div>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (possible) choose(time.toISOString());
        }}
      >
        <label class="field">
          <span>Until{timeZone.value !== ownTimeZone && ` (your time, ${cityOf(ownTimeZone)})`}</span>
          <input
            type="datetime-local"
            value={until}
            required
            onInput={(event) => setUntil(event.currentTarget.value)}
          />
        </label>
        <Button type="submit" disabled={!possible}>
          Pause until then
        </Button>
      </form>
    </Dialog>
  );
}
