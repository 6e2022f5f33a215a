import type { Account } from "./account.ts";
import type { Physical } from "./evaluate.ts";
import type { Fields } from "./references.ts";

export interface Naming {
  logicalId: string;
  stackName: string;
}

/** How resources of one type come to be in an account. Rejections are reasons, as CloudFormation shows them. */
export interface Provider {
  /** Whether an emulator holds it; otherwise the account only remembers it. */
  isEmulated: boolean;
  create(account: Account, properties: Fields, naming: Naming): Promise<Physical>;
  /** Absent where a change needs another resource. */
  update?(account: Account, physical: Physical, properties: Fields): Promise<Physical>;
  remove(account: Account, physical: Physical): Promise<void>;
}

export const text = (properties: Fields, name: string): string => {
  const value = properties[name];
  if (typeof value !== "string" || value === "") throw new Error(`Property ${name} cannot be empty.`);
  return value;
};

/** The name that a template gives, or one as CloudFormation makes it. */
export const nameOf = (account: Account, properties: Fields, property: string, { stackName, logicalId }: Naming) =>
  typeof properties[property] === "string" ? properties[property] : `${stackName}-${logicalId}-${account.unique()}`;

/** A property that is passed over would look as if it had been created. @throws Error that names it. */
export function expectOnly(properties: Fields, known: readonly string[]): void {
  const unknown = Object.keys(properties).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`The emulator's side has nothing for ${unknown.join(", ")}.`);
}
