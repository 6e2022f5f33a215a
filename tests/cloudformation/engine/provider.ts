import type { Account } from "./account.ts";
import type { Physical } from "./evaluate.ts";
import { type Fields, isFields } from "./references.ts";

export interface Naming {
  logicalId: string;
  stackName: string;
}

/** How resources of one type come to be in an account. Rejections are reasons, as CloudFormation shows them. */
export interface Provider {
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

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
export const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** The name that a template gives, or one as CloudFormation makes it. */
export const nameOf = (account: Account, properties: Fields, property: string, { stackName, logicalId }: Naming) =>
  typeof properties[property] === "string" ? properties[property] : `${stackName}-${logicalId}-${account.unique()}`;
