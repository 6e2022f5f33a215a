import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon } from "./icons.tsx";

/**
 * Of a button that cannot be pressed now, after its own `onClick`. It keeps the focus, which a browser gives to nothing at all where a
 * button is disabled under it; and what stands around it hears of no press.
 */
export const off = {
  "aria-disabled": true,
  onClick: (event: Event) => {
    // Also of Enter in a field, which clicks the form's button.
    event.preventDefault();
    event.stopPropagation();
  },
} as const;

type ButtonProps = Omit<ButtonHTMLAttributes, "disabled"> & {
  disabled?: boolean;
  /** The one that people mostly want. */
  main?: boolean;
  slim?: boolean;
};

export function Button({ main = false, slim = false, type = "button", disabled = false, ...props }: ButtonProps) {
  return (
    <button
      {...props}
      {...(disabled && off)}
      type={type}
      class={`button${main ? " button-main" : ""}${slim ? " button-slim" : ""}`}
    />
  );
}

interface OutsideLinkProps {
  href: string | undefined;
  children: ComponentChildren;
  class?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
}

/** A link out of the app, which opens a tab of its own. */
export function OutsideLink({ href, children, ...props }: OutsideLinkProps) {
  return (
    <a {...props} {...(href !== undefined && { href })} target="_blank" rel="noreferrer">
      {children} <Icon name="external" />
    </a>
  );
}
