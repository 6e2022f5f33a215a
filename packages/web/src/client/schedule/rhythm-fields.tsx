import { expressionOf, type Rhythm, type Weekday, weekdayNames, weekdays } from "./presets.ts";

const kinds: readonly { kind: Rhythm["kind"]; label: string }[] = [
  { kind: "daily", label: "Every day" },
  { kind: "twice", label: "Twice a day" },
  { kind: "workdays", label: "Monday to Friday" },
  { kind: "weekly", label: "Once a week" },
  { kind: "monthly", label: "Once a month" },
  { kind: "hours", label: "Every few hours" },
  { kind: "own", label: "An expression of AWS" },
];

const usualTime = "18:00";

/** Another kind keeps the time of day that was chosen before. */
function ofKind(kind: Rhythm["kind"], before: Rhythm): Rhythm {
  const time = "time" in before ? before.time : usualTime;
  if (kind === "twice") return { kind, time: "09:00", second: time === "09:00" ? usualTime : time };
  if (kind === "weekly") return { kind, time, weekday: "SUN" };
  if (kind === "monthly") return { kind, time, date: 1 };
  if (kind === "hours") return { kind, hours: 12 };
  if (kind === "own") return { kind, expression: expressionOf(before) };
  return { kind, time };
}

interface Fields {
  rhythm: Rhythm;
  onChange: (rhythm: Rhythm) => void;
}

export function RhythmFields({ rhythm, onChange }: Fields) {
  return (
    <>
      <label class="field">
        <span>How often</span>
        <select
          value={rhythm.kind}
          onChange={(event) => onChange(ofKind(event.currentTarget.value as Rhythm["kind"], rhythm))}
        >
          {kinds.map(({ kind, label }) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <div class="field-row">
        {rhythm.kind === "weekly" && (
          <label class="field">
            <span>On</span>
            <select
              value={rhythm.weekday}
              onChange={(event) => onChange({ ...rhythm, weekday: event.currentTarget.value as Weekday })}
            >
              {weekdays.map((weekday) => (
                <option key={weekday} value={weekday}>
                  {weekdayNames[weekday]}
                </option>
              ))}
            </select>
          </label>
        )}
        {rhythm.kind === "monthly" && (
          <NumberField
            label="On day"
            value={rhythm.date}
            most={28}
            onChange={(date) => onChange({ ...rhythm, date })}
          />
        )}
        {rhythm.kind === "hours" && (
          <NumberField
            label="Hours"
            value={rhythm.hours}
            most={744}
            onChange={(hours) => onChange({ ...rhythm, hours })}
          />
        )}
        {"time" in rhythm && (
          <TimeField label="At" value={rhythm.time} onChange={(time) => onChange({ ...rhythm, time })} />
        )}
        {rhythm.kind === "twice" && (
          <label class="field">
            <span>And at</span>
            <select
              value={rhythm.second.slice(0, 2)}
              onChange={(event) =>
                onChange({ ...rhythm, second: `${event.currentTarget.value}:${rhythm.time.slice(3)}` })
              }
            >
              {Array.from({ length: 24 }, (_, hour) => `${hour}`.padStart(2, "0")).map((hour) => (
                <option key={hour} value={hour}>
                  {hour}:{rhythm.time.slice(3)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {rhythm.kind === "own" && (
        <label class="field">
          <span>Expression</span>
          <input
            value={rhythm.expression}
            required
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => onChange({ ...rhythm, expression: event.currentTarget.value })}
          />
          <small class="quiet">As in the guide of EventBridge Scheduler: cron(0 18 * * ? *) or rate(12 hours).</small>
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
