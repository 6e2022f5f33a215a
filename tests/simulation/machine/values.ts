import { intrinsic } from "./intrinsics.ts";
import { read, type Scope } from "./paths.ts";

/** @throws States.ParameterPathFailure where there is nothing. */
export function resolve(text: string, scope: Scope): unknown {
  return text.startsWith("States.") ? intrinsic(text, scope) : read(text, scope);
}

/** `Parameters` or `ResultSelector`: keys that end in `.$` are paths or intrinsic functions. */
export function payload(template: unknown, scope: Scope): unknown {
  if (Array.isArray(template)) return template.map((one) => payload(one, scope));
  if (template === null || typeof template !== "object") return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith(".$") ? [name.slice(0, -2), resolve(String(value), scope)] : [name, payload(value, scope)],
    ),
  );
}
