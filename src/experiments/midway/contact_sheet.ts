/** RGB pictures as rows and columns of one. */

/** Side of a picture on the sheet: larger ones lose pixels. */
const SHOWN_SIDE = 112;
const GAP = 2;
const GAP_GREY = 96;

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** RGB bytes, row by row. */
  readonly data: Uint8Array;
}

/** Pictures of `side`, bytes [3, side, side] each, `columns` in a row; a missing one stays grey. */
export function contactSheet(pictures: readonly (Uint8Array | undefined)[], side: number, columns: number): Sheet {
  const shown = Math.min(side, SHOWN_SIDE);
  const step = side / shown;
  const rows = Math.ceil(pictures.length / columns);
  const width = columns * (shown + GAP) - GAP;
  const height = rows * (shown + GAP) - GAP;
  const data = new Uint8Array(width * height * 3).fill(GAP_GREY);
  for (const [i, picture] of pictures.entries()) {
    if (picture === undefined) continue;
    const left = (i % columns) * (shown + GAP);
    const top = Math.floor(i / columns) * (shown + GAP);
    for (let y = 0; y < shown; y++) {
      for (let x = 0; x < shown; x++) {
        const from = Math.floor(y * step) * side + Math.floor(x * step);
        const to = 3 * ((top + y) * width + left + x);
        for (let channel = 0; channel < 3; channel++) data[to + channel] = picture[channel * side * side + from]!;
      }
    }
  }
  return { width, height, data };
}
