import { keepOnDevice } from "../base/keep-on-device.ts";

const keyOf = (series: string) => `template:${series}`;
/** What the device could not store. */
const unstored = new Map<string, string>();

/** The template that was typed for a series and not applied, on this device. */
export function typedTemplate(series: string): string | undefined {
  try {
    return localStorage.getItem(keyOf(series)) ?? unstored.get(series);
  } catch {
    return unstored.get(series);
  }
}

export function keepTemplate(series: string, template: string | undefined): void {
  if (keepOnDevice(keyOf(series), template) || template === undefined) unstored.delete(series);
  else unstored.set(series, template);
}
