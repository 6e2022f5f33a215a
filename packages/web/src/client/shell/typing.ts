const fields = "input:not([type='checkbox'], [type='radio'], [type='file']), textarea, select";

/** Whether keys that are pressed there are text, or choose something by its first letter. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches(fields));
