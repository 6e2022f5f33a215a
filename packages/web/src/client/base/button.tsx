import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon } from "./icons.tsx";

type ButtonProps = ButtonHTMLAttributes & {
  /** The one that people mostly want. */
  main?: boolean;
  slim?: boolean;
};

export function Button({ main = false, slim = false, type = "button", ...props }: ButtonProps) {
  return <button {...props} type={type} class={`button${main ? " button-main" : ""}${slim ? " button-slim" : ""}`} />;
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
