import { signal } from "@preact/signals";
import type { SquareCard } from "../../contract.ts";
import { api, type ListRequest } from "./api.ts";

const pageSize = 100;

export interface SquareListState {
  squares: readonly SquareCard[];
  /** No more pages. */
  complete: boolean;
  loading: boolean;
  error?: unknown;
}

/** The squares of one status, fetched page by page as the person scrolls. */
export class SquareList {
  readonly state = signal<SquareListState>({ squares: [], complete: false, loading: false });
  readonly #request: ListRequest;
  #cursor: string | undefined;
  #wanted = 0;
  #aborter = new AbortController();

  constructor(request: ListRequest) {
    this.#request = request;
  }

  /** Fetches pages until there are `count` squares, or no more. */
  ensure(count: number): void {
    this.#wanted = Math.max(this.#wanted, count);
    if (!this.state.peek().loading) void this.#fetch();
  }

  retry(): void {
    const { error: _, ...state } = this.state.peek();
    this.state.value = state;
    void this.#fetch();
  }

  /** Reloads what was loaded so far; what is shown stays until then. */
  refresh(): void {
    this.#aborter.abort();
    this.#aborter = new AbortController();
    const shown = this.state.peek().squares;
    this.#cursor = undefined;
    void this.#fetch({ instead: shown });
  }

  close(): void {
    this.#aborter.abort();
  }

  async #fetch({ instead }: { instead?: readonly SquareCard[] } = {}): Promise<void> {
    const { signal: aborted } = this.#aborter;
    let squares = instead ? [] : this.state.peek().squares;
    const least = instead ? Math.min(instead.length, 2 * pageSize) : 0;
    let complete = instead ? false : this.state.peek().complete;
    if (complete || this.state.peek().error !== undefined) return;
    try {
      while (!complete && squares.length < Math.max(this.#wanted, least)) {
        this.state.value = { squares: instead && squares.length < least ? instead : squares, complete, loading: true };
        const page = await api.squares({ ...this.#request, limit: pageSize, cursor: this.#cursor }, aborted);
        this.#cursor = page.cursor;
        squares = [...squares, ...page.squares];
        complete = page.cursor === undefined;
        // Squares move while pages are read: none may be shown twice.
        if (new Set(squares.map(({ id }) => id)).size < squares.length)
          squares = [...new Map(squares.map((card) => [card.id, card])).values()];
      }
      this.state.value = { squares, complete, loading: false };
    } catch (error) {
      if (!aborted.aborted) this.state.value = { squares: instead ?? squares, complete: false, loading: false, error };
    }
  }
}
