// What a face looks like at a glance, so that a cut to another person in the same place is noticed. src/edge/appearance.h is
// the same in C++; tests/traces/appearance.json holds both to it.
import type { Box } from "./geometry";
import type { Image } from "./pixels";

/** Brightness at 8x8 points of a face's box, with mean 0 and length 1, so that more light changes nothing. All 0: no contrast. */
export type Appearance = Float64Array;

const CELLS = 8;
/** Length of the differences from the mean; below it is noise. */
const LEAST_CONTRAST = 1;

/** One face changes less than this from frame to frame, and a cut between two faces more; src/edge/appearance.h has figures. */
export const APPEARANCE_JUMP = 0.2;

/** At the centres of the cells of a grid over the box, moved to the image's edge where the box extends beyond it. */
export function appearanceOf(image: Image, box: Box): Appearance {
  const at = (begin: number, length: number, cell: number, most: number) =>
    Math.min(Math.max(Math.floor(begin + ((cell + 0.5) * length) / CELLS), 0), most);
  const values = new Float64Array(CELLS * CELLS);
  for (let row = 0; row < CELLS; ++row) {
    const y = at(box.y, box.height, row, image.height - 1);
    for (let column = 0; column < CELLS; ++column) {
      const pixel = (y * image.width + at(box.x, box.width, column, image.width - 1)) * 4;
      const [red, green, blue] = [image.data[pixel]!, image.data[pixel + 1]!, image.data[pixel + 2]!];
      values[row * CELLS + column] = (blue + 2 * green + red) / 4;
    }
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return centred.map((value) => (length < LEAST_CONTRAST ? 0 : value / length));
}

/** One minus the correlation: 0 the same, 1 nothing in common, 2 inverted. 0 where one has no contrast, which tells nothing. */
export function changeBetween(before: Appearance, after: Appearance): number {
  const flat = (appearance: Appearance) => appearance.every((value) => value === 0);
  if (flat(before) || flat(after)) return 0;
  return 1 - before.reduce((sum, value, i) => sum + value * after[i]!, 0);
}
