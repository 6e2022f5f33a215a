import { signal } from "@preact/signals";
import type { SquareCard } from "../../contract.ts";
import { api, type ListRequest } from "./api.ts";
import { Unreachable } from "./request.ts";

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
    const { loading, complete, error } = this.state.peek();
    if (!loading && !complete && error === undefined) void this.#fetch();
  }

  /** Fetches all pages. @throws what a page could not be fetched for */
  all(): Promise<readonly SquareCard[]> {
    this.ensure(Number.POSITIVE_INFINITY);
    return new Promise((resolve, reject) => {
      const stop = this.state.subscribe(({ squares, complete, loading, error }) => {
        if (loading || !(complete || error !== undefined)) return;
        queueMicrotask(() => stop());
        if (complete) resolve(squares);
        else reject(error);
      });
    });
  }

  /** Reloads what was loaded so far; what is shown stays until then. Also tries again after a failure. */
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
    let complete = false;
    const { error: before } = this.state.peek();
    try {
      while (!complete && squares.length < Math.max(this.#wanted, least)) {
        const shown = instead && squares.length < instead.length ? instead : squares;
        this.state.value = { squares: shown, complete, loading: true, ...(before !== undefined && { error: before }) };
        const page = await api.squares({ ...this.#request, limit: pageSize, cursor: this.#cursor }, aborted);
        // The page was on its way when another reading began, and the cursor is that one's.
        if (aborted.aborted) return;
        this.#cursor = page.cursor;
        squares = [...squares, ...page.squares];
        complete = page.cursor === undefined;
        // Squares move while pages are read: none may be shown twice.
        if (new Set(squares.map(({ id }) => id)).size < squares.length)
          squares = [...new Map(squares.map((card) => [card.id, card])).values()];
      }
      this.state.value = { squares, complete, loading: false };
    } catch (error) {
      if (aborted.aborted) return;
      const shown = instead ?? squares;
      // Without a network, the list ends with what was seen of it.
      this.state.value =
        error instanceof Unreachable && shown.length > 0
          ? { squares: shown, complete: true, loading: false }
          : { squares: shown, complete: false, loading: false, error };
    }
  }
}
