import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon } from "./icons.tsx";

type ButtonProps = Omit<ButtonHTMLAttributes, "disabled"> & {
  disabled?: boolean;
  /** The one that people mostly want. */
  main?: boolean;
  slim?: boolean;
};

/** Keeps the focus where it is disabled under it, as while something is sent: a browser would give it to nothing at all. */
export function Button({ main = false, slim = false, type = "button", disabled = false, ...props }: ButtonProps) {
  return (
    <button
      {...props}
      {...(disabled && { "aria-disabled": true, onClick: refuse })}
      type={type}
      class={`button${main ? " button-main" : ""}${slim ? " button-slim" : ""}`}
    />
  );
}

/** Also of a press of Enter in a field, which clicks the form's button. */
const refuse = (event: Event) => event.preventDefault();

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
