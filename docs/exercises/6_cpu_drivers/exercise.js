/**
 * Chapter 6. What a subgroup of `lanes` invocations loads and computes for a tile of `rows` x `columns` of C = A B, per step of one along K:
 * it needs the tile's rows of A and columns of B, each element from storage once. Every lane loads its share and broadcasts it.
 */

/** Multiply-adds per lane and step. */
export function multiplyAdds(_lanes, _rows, _columns) {
  return 1;
}

/** Elements that each lane loads per step; lanes along both sides share evenly. */
export function loads(_lanes, _rows, _columns) {
  return 1;
}

/**
 * The tile with the most multiply-adds per load, of rows that are multiples of `lanes` and columns that are multiples of 4 * lanes, where
 * each lane keeps at most `registers` numbers: its part of the tile's sums, and what it loaded. The one with fewer rows where several are.
 */
export function bestTile(lanes, _registers) {
  return { rows: lanes, columns: 4 * lanes };
}
