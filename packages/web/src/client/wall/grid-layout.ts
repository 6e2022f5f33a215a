/** The layout of a long wall, by arithmetic alone: nothing is measured, so nothing jumps. */

export interface Section {
  key: string;
  /** How many squares it has room for. */
  count: number;
  /** Pixels of its heading; 0 for none. */
  heading: number;
}

export interface Grid {
  columns: number;
  /** Pixels of a square's side. */
  cell: number;
  /** Pixels between squares beside each other. */
  gap: number;
  /** Pixels from the top of a row to the top of the next. */
  rowHeight: number;
}

export interface GridRow {
  section: number;
  /** Index within its section of the row's first square; -1 for the heading. */
  first: number;
  /** Pixels from the top of the wall. */
  top: number;
}

/** As many columns as fit with squares of at least `smallest` pixels. */
export function gridOf(
  width: number,
  { smallest, gap, label }: { smallest: number; gap: number; label: number },
): Grid {
  const columns = Math.max(2, Math.floor((width + gap) / (smallest + gap)));
  const cell = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, cell, gap, rowHeight: cell + label };
}

const rowsOf = (section: Section, { columns }: Grid) => Math.ceil(section.count / columns);
const heightOf = (section: Section, grid: Grid) =>
  section.count === 0 ? 0 : section.heading + rowsOf(section, grid) * grid.rowHeight;

export const wallHeight = (sections: readonly Section[], grid: Grid) =>
  sections.reduce((sum, section) => sum + heightOf(section, grid), 0);

/** The rows that lie between two heights, in order. Empty sections have none. */
export function rowsBetween(sections: readonly Section[], grid: Grid, from: number, to: number): GridRow[] {
  const rows: GridRow[] = [];
  let top = 0;
  for (const [index, section] of sections.entries()) {
    const height = heightOf(section, grid);
    if (height > 0 && top < to && top + height > from) {
      if (section.heading > 0 && top + section.heading > from) rows.push({ section: index, first: -1, top });
      const start = top + section.heading;
      const firstRow = Math.max(0, Math.floor((from - start) / grid.rowHeight));
      const lastRow = Math.min(rowsOf(section, grid) - 1, Math.ceil((to - start) / grid.rowHeight) - 1);
      for (let row = firstRow; row <= lastRow; row += 1)
        rows.push({ section: index, first: row * grid.columns, top: start + row * grid.rowHeight });
    }
    top += height;
  }
  return rows;
}
