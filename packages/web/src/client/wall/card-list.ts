import { signal } from "@preact/signals";
import type { SquareCard } from "../../contract.ts";
import { api, type ListWish } from "../base/endpoints.ts";

const pageSize = 100;

export interface CardListState {
  cards: readonly SquareCard[];
  /** No more pages. */
  complete: boolean;
  loading: boolean;
  error?: unknown;
}

/** The squares of one status, fetched page by page as far as somebody looks. */
export class CardList {
  readonly state = signal<CardListState>({ cards: [], complete: false, loading: false });
  readonly #wish: ListWish;
  #cursor: string | undefined;
  #wanted = 0;
  #aborter = new AbortController();

  constructor(wish: ListWish) {
    this.#wish = wish;
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

  /** Reads anew what was read so far; what is shown stays until then. */
  refresh(): void {
    this.#aborter.abort();
    this.#aborter = new AbortController();
    const shown = this.state.peek().cards;
    this.#cursor = undefined;
    void this.#fetch({ instead: shown });
  }

  close(): void {
    this.#aborter.abort();
  }

  async #fetch({ instead }: { instead?: readonly SquareCard[] } = {}): Promise<void> {
    const { signal: aborted } = this.#aborter;
    let cards = instead ? [] : this.state.peek().cards;
    const least = instead ? Math.min(instead.length, 2 * pageSize) : 0;
    let complete = instead ? false : this.state.peek().complete;
    if (complete || this.state.peek().error !== undefined) return;
    try {
      while (!complete && cards.length < Math.max(this.#wanted, least)) {
        this.state.value = { cards: instead && cards.length < least ? instead : cards, complete, loading: true };
        const page = await api.squares({ ...this.#wish, limit: pageSize, cursor: this.#cursor }, aborted);
        this.#cursor = page.cursor;
        cards = [...cards, ...page.squares];
        complete = page.cursor === undefined;
        // Squares move while pages are read; one that was met before is not shown twice.
        if (new Set(cards.map(({ id }) => id)).size < cards.length)
          cards = [...new Map(cards.map((card) => [card.id, card])).values()];
      }
      this.state.value = { cards, complete, loading: false };
    } catch (error) {
      if (!aborted.aborted) this.state.value = { cards: instead ?? cards, complete: false, loading: false, error };
    }
  }
}
