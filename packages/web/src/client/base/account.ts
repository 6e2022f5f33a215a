import { signal } from "@preact/signals";
import type { Account } from "../../contract.ts";
import { api } from "./api.ts";

/** The account that posts go to; undefined until it is loaded. */
export const account = signal<Account | undefined>(undefined);

let isLoading = false;

/** Loads it where it is not known yet. */
export async function loadAccount(): Promise<void> {
  if (isLoading || account.peek() !== undefined) return;
  isLoading = true;
  try {
    account.value = await api.account();
  } catch {
    // What shows it says that it is not known, and the next call tries again.
  }
  isLoading = false;
}

/** Asks X, which charges a cent. */
export async function askAccount(): Promise<void> {
  account.value = await api.askAccount();
}
