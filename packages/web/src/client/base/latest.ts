/** Answers come in any order: what was asked for before the latest request, or before a change, is too old to be shown. */
export class Latest {
  #turn = 0;

  /** @returns whether nothing was asked for since, and nothing outdated it */
  ask(): () => boolean {
    this.outdate();
    const mine = this.#turn;
    return () => mine === this.#turn;
  }

  outdate(): void {
    this.#turn += 1;
  }
}
