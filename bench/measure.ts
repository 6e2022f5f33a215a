import type { Budgets, Verdict } from "./budgets.ts";

/** A table for a person. The first column names the row. */
export interface Table {
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

export interface Result {
  table: Table;
  /** What budgets look at and what the tables are made of, by name; units are part of the name. */
  figures: Record<string, number>;
  /** What a reader must know to judge the figures. */
  notes?: readonly string[];
}

export interface Measure {
  /** As `--only` names it, and the beginning of the names of its figures. */
  name: string;
  title: string;
  /** Minutes after which nobody waits for it any more; 10 unless given. */
  minutes?: number;
  run(settings: Settings): Promise<Result>;
  /** What the budgets say of the figures of a result. */
  verdicts?(budgets: Budgets, figures: Record<string, number>): Verdict[];
}

export interface Settings {
  /** Fewer runs and smaller numbers, to try the bench itself. */
  quick: boolean;
  /** One line for the person who waits. */
  tell: (text: string) => void;
}
