// Which rows of a long table are in the page: those in view and a few around them. The others are two empty rows of the same
// height, so that the scroll bar is right.

/** Pixels that are drawn above and below what is in view. */
const AROUND = 600;

export interface RowWindow {
  /** Rows from `first` up to, not including, `end` are drawn. */
  first: number;
  end: number;
  /** Pixels of the rows before and after them. */
  above: number;
  below: number;
}

/** The heights of rows that have been drawn, in pixels; the others are taken to be as high as these are on average. */
export class RowHeights {
  private readonly known = new Map<number, number>();
  private sum = 0;

  constructor(private readonly guess: number) {}

  /** Returns whether something has changed. */
  set(index: number, height: number): boolean {
    const before = this.known.get(index);
    if (before === height) return false;
    this.known.set(index, height);
    this.sum += height - (before ?? 0);
    return true;
  }

  /** `top` and `bottom` are the part in view, in pixels below the first row's top. */
  window(count: number, top: number, bottom: number): RowWindow {
    const average = this.known.size > 0 ? this.sum / this.known.size : this.guess;
    let first = 0;
    let end = 0;
    let above = 0;
    let drawn = 0;
    let y = 0;
    for (let i = 0; i < count; ++i) {
      const height = this.known.get(i) ?? average;
      if (y + height < top - AROUND) {
        first = i + 1;
        above = y + height;
      } else if (y < bottom + AROUND) {
        end = i + 1;
        drawn = y + height;
      }
      y += height;
    }
    // Scrolled beyond the end, as when the rows have become fewer.
    if (end <= first) {
      end = count;
      first = Math.min(first, Math.max(0, count - 1));
      above = Math.max(0, y - average * (end - first));
      drawn = y;
    }
    return { first, end, above, below: Math.max(0, y - drawn) };
  }
}
