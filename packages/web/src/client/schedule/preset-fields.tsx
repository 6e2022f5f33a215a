import { expressionOf, lastDate, mostHours, mostTimes, type Preset, weekdays } from "@twobytwo/core/schedule/presets";
import { weekdayNames } from "@twobytwo/core/schedule/syntax";
import { Button } from "../base/button.tsx";
import { formatClock } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";

const kinds: readonly { kind: Preset["kind"]; label: string }[] = [
  { kind: "daily", label: "Every day" },
  { kind: "weekly", label: "On chosen weekdays" },
  { kind: "monthly", label: "Once a month" },
  { kind: "hours", label: "Every few hours" },
  { kind: "own", label: "Custom (AWS expression)" },
];

const workdays = [2, 3, 4, 5, 6];

/** A change of kind keeps the chosen times of day. */
function ofKind(kind: Preset["kind"], before: Preset): Preset {
  const times = "times" in before ? before.times : ["18:00"];
  if (kind === "weekly") return { kind, times, weekdays: workdays };
  if (kind === "monthly") return { kind, times, date: 1 };
  if (kind === "hours") return { kind, hours: 12 };
  if (kind === "own") return { kind, expression: expressionOf(before) };
  return { kind, times };
}

/** What is missing in a preset. */
export const missingIn = (preset: Preset) =>
  preset.kind === "weekly" && preset.weekdays.length === 0 ? "Choose at least one weekday." : undefined;

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
      {preset.kind === "weekly" && (
        <WeekdayFields value={preset.weekdays} onChange={(chosen) => onChange({ ...preset, weekdays: chosen })} />
      )}
      {preset.kind === "monthly" && (
        <NumberField
          label="Day of the month"
          value={preset.date}
          most={lastDate}
          onChange={(date) => onChange({ ...preset, date })}
        />
      )}
      {preset.kind === "hours" && (
        <NumberField
          label="Hours"
          value={preset.hours}
          most={mostHours}
          onChange={(hours) => onChange({ ...preset, hours })}
        />
      )}
      {"times" in preset && <TimeFields value={preset.times} onChange={(times) => onChange({ ...preset, times })} />}
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

function WeekdayFields({ value, onChange }: Omit<Field<readonly number[]>, "label">) {
  return (
    <fieldset class="chips weekdays">
      <legend>Weekdays</legend>
      {weekdays.map((weekday) => (
        <label key={weekday} class="chip">
          <input
            type="checkbox"
            class="visually-hidden"
            checked={value.includes(weekday)}
            aria-label={weekdayNames[weekday - 1]}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...value, weekday] : value.filter((other) => other !== weekday))
            }
          />
          {weekdayNames[weekday - 1]?.slice(0, 3)}
        </label>
      ))}
    </fieldset>
  );
}

const hoursOfDay = Array.from({ length: 24 }, (_, hour) => `${hour}`.padStart(2, "0"));

/** The first time of day, and the hours of the others: an expression has the same minutes for all of them. */
function TimeFields({ value, onChange }: Omit<Field<readonly string[]>, "label">) {
  const [first = "18:00", ...others] = value;
  const minutes = first.slice(2);
  const change = (index: number, hour: string) => onChange(value.with(index, `${hour}${minutes}`));
  const free = [...hoursOfDay.slice(Number(value.at(-1)?.slice(0, 2)) + 1), ...hoursOfDay].find(
    (hour) => !value.includes(`${hour}${minutes}`),
  );
  return (
    <div class="times">
      <label class="field">
        <span>Time</span>
        <input
          type="time"
          value={first}
          required
          onInput={({ currentTarget: { value: time } }) =>
            time && onChange([time, ...others.map((other) => other.slice(0, 2) + time.slice(2))])
          }
        />
      </label>
      {others.map((time, index) => (
        <div key={index} class="time-more">
          <label class="field">
            <span>Time {index + 2}</span>
            <select value={time.slice(0, 2)} onChange={(event) => change(index + 1, event.currentTarget.value)}>
              {hoursOfDay.map((hour) => (
                <option key={hour} value={hour}>
                  {formatClock(`2000-01-01T${hour}${minutes}:00Z`, "UTC")}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            class="icon-button"
            aria-label={`Remove time ${index + 2}`}
            onClick={() => onChange(value.toSpliced(index + 1, 1))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {value.length < mostTimes && free !== undefined && (
        <Button slim onClick={() => onChange([...value, `${free}${minutes}`])}>
          Add a time
        </Button>
      )}
      {others.length > 0 && (
        <small class="quiet">AWS allows one schedule the same minutes in every hour. The first time sets them.</small>
      )}
    </div>
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
