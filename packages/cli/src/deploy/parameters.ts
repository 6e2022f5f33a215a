import type { Parameter } from "@aws-sdk/client-cloudformation";

/** The given values, otherwise those of the stack; parameters new in the template take their defaults. */
export function parametersFor(
  settings: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  before: Readonly<Record<string, string>>,
): Parameter[] {
  return names.flatMap((ParameterKey): Parameter[] => {
    const ParameterValue = settings[ParameterKey];
    if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
    return Object.hasOwn(before, ParameterKey) ? [{ ParameterKey, UsePreviousValue: true }] : [];
  });
}

/** A setting of a stage that becomes another one. */
export interface SettingChange {
  name: string;
  from: string;
  to: string;
}

/** What was asked for and is not so already; what follows from other options is no setting. */
export function changedSettings(
  settings: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): SettingChange[] {
  return Object.entries(settings).flatMap(([name, to]) => {
    const from = before[name];
    return from === undefined || from === to ? [] : [{ name, from, to }];
  });
}

/** A line for each, `AlertsMail: a@b.example → (none)`. */
export const describeSettings = (changes: readonly SettingChange[]): string[] =>
  changes.map(({ name, from, to }) => `${name}: ${from || "(none)"} → ${to || "(none)"}`);
