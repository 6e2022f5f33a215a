import { keepOnDevice } from "../base/keep-on-device.ts";

const keyOf = (series: string) => `template:${series}`;
/** Also where the device cannot store them. */
const typed = new Map<string, string>();

/** The template that was typed for a series and not applied, on this device. */
export function typedTemplate(series: string): string | undefined {
  try {
    return localStorage.getItem(keyOf(series)) ?? typed.get(series);
  } catch {
    return typed.get(series);
  }
}

export function keepTemplate(series: string, template: string | undefined): void {
  if (template === undefined) typed.delete(series);
  else typed.set(series, template);
  keepOnDevice(keyOf(series), template);
}
