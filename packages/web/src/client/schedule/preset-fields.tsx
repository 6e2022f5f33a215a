import { formatClock } from "../base/format.ts";
import { expressionOf, type Preset, type Weekday, weekdayNames, weekdays } from "./presets.ts";

const kinds: readonly { kind: Preset["kind"]; label: string }[] = [
  { kind: "daily", label: "Every day" },
  { kind: "twice", label: "Twice a day" },
  { kind: "workdays", label: "Monday to Friday" },
  { kind: "weekly", label: "Once a week" },
  { kind: "monthly", label: "Once a month" },
  { kind: "hours", label: "Every few hours" },
  { kind: "own", label: "Custom (AWS expression)" },
];

const usualTime = "18:00";

/** A change of kind keeps the chosen time of day. */
function ofKind(kind: Preset["kind"], before: Preset): Preset {
  const time = "time" in before ? before.time : usualTime;
  if (kind === "twice") return { kind, time: "09:00", second: time === "09:00" ? usualTime : time };
  if (kind === "weekly") return { kind, time, weekday: "SUN" };
  if (kind === "monthly") return { kind, time, date: 1 };
  if (kind === "hours") return { kind, hours: 12 };
  if (kind === "own") return { kind, expression: expressionOf(before) };
  return { kind, time };
}

interface Fields {
  preset: Preset;
  onChange: (preset: Preset) => void;
}

export function PresetFields({ preset, onChange }: Fields) {
  return (
    <>
      <label class="field">
        <span>How often</span>
        <select
          value={preset.kind}
          onChange={(event) => onChange(ofKind(event.currentTarget.value as Preset["kind"], preset))}
        >
          {kinds.map(({ kind, label }) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <div class="field-row">
        {preset.kind === "weekly" && (
          <label class="field">
            <span>Day</span>
            <select
              value={preset.weekday}
              onChange={(event) => onChange({ ...preset, weekday: event.currentTarget.value as Weekday })}
            >
              {weekdays.map((weekday) => (
                <option key={weekday} value={weekday}>
                  {weekdayNames[weekday]}
                </option>
              ))}
            </select>
          </label>
        )}
        {preset.kind === "monthly" && (
          <NumberField
            label="Day of the month"
            value={preset.date}
            most={28}
            onChange={(date) => onChange({ ...preset, date })}
          />
        )}
        {preset.kind === "hours" && (
          <NumberField
            label="Hours"
            value={preset.hours}
            most={744}
            onChange={(hours) => onChange({ ...preset, hours })}
          />
        )}
        {"time" in preset && (
          <TimeField label="Time" value={preset.time} onChange={(time) => onChange({ ...preset, time })} />
        )}
        {preset.kind === "twice" && (
          <label class="field">
            <span>Second time</span>
            <select
              value={preset.second.slice(0, 2)}
              onChange={(event) =>
                onChange({ ...preset, second: `${event.currentTarget.value}:${preset.time.slice(3)}` })
              }
            >
              {Array.from({ length: 24 }, (_, hour) => `${hour}`.padStart(2, "0")).map((hour) => (
                <option key={hour} value={hour}>
                  {formatClock(`2000-01-01T${hour}:${preset.time.slice(3)}:00Z`, "UTC")}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {preset.kind === "own" && (
        <label class="field">
          <span>Expression</span>
          <input
            value={preset.expression}
            required
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => onChange({ ...preset, expression: event.currentTarget.value })}
          />
          <small class="quiet">As in EventBridge Scheduler, for example cron(0 18 * * ? *) or rate(12 hours).</small>
        </label>
      )}
    </>
  );
}

interface Field<Value> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
}

function TimeField({ label, value, onChange }: Field<string>) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="time"
        value={value}
        required
        onInput={(event) => event.currentTarget.value && onChange(event.currentTarget.value)}
      />
    </label>
  );
}

function NumberField({ label, value, most, onChange }: Field<number> & { most: number }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min={1}
        max={most}
        value={value}
        required
        onInput={(event) => {
          const { valueAsNumber } = event.currentTarget;
          if (valueAsNumber >= 1 && valueAsNumber <= most) onChange(Math.floor(valueAsNumber));
        }}
      />
    </label>
  );
}
