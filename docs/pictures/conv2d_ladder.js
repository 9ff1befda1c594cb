import { arrow, BLUE, box, GREEN, GREY, grid, ORANGE, picture, text } from "./svg.js";

/** Chapter 3: what a convolution reads for what it makes, kernel by kernel. */
export function conv2dLadder() {
  const [cell, rows, columns] = [14, 5, 16];
  const [left, right] = [296, 560];
  const said = (top, title, lines) => [
    text(24, top, title, { bold: true, size: 14 }),
    ...lines.map((line, i) => text(24, top + 22 + 16 * i, line, { size: 11 })),
  ];
  const planes = (top, read, made) => [
    text(left, top - 6, "x, one channel", { bold: true, size: 11 }),
    grid(left, top, rows, columns, cell, (r, c) => (read(r, c) ? BLUE : "#ffffff")),
    arrow([
      [left + columns * cell + 8, top + 35],
      [right - 8, top + 35],
    ]),
    text(right, top - 6, "y", { bold: true, size: 11 }),
    grid(right, top, rows, columns, cell, (r, c) => (made(r, c) ? GREEN : "#ffffff")),
  ];
  const tiles = (top) => {
    const [width, height, tap] = [2 * 112, 64, 40];
    const [w, x, y] = [right - 62, top, top + 82];
    return [
      text(right, x - 6, "x: taps x pixels, never laid out", { bold: true, size: 11 }),
      box(right, x, width, tap + 24, "#ffffff", "", { stroke: GREY, dashed: true }),
      box(right + 84, x, 56, tap + 24, "#ffffff", "", { stroke: GREY, dashed: true }),
      box(right + 84, x + 20, 56, 14, BLUE),
      text(w - 8, y + 12, "w: channels x taps", { bold: true, size: 11, anchor: "end" }),
      box(w, y, 54, height, "#ffffff"),
      box(w, y + 16, 54, 30, "#ffffff", "", { stroke: GREY }),
      box(w + 17, y + 16, 12, 30, ORANGE),
      text(right, y + height + 16, "y: channels x pixels of all images", { bold: true, size: 11 }),
      box(right, y, width, height, "#ffffff"),
      box(right + 84, y + 16, 56, 30, GREEN),
    ];
  };
  return picture(812, 486, "What a convolution reads for what it makes, by each kernel of the ladder", [
    said(52, "naive", [
      "an invocation, one pixel of y:",
      "the window of x, and as many weights,",
      "channel after channel",
    ]),
    planes(
      40,
      (r, c) => r >= 1 && r <= 3 && c >= 5 && c <= 7,
      (r, c) => r === 2 && c === 6,
    ),
    said(188, "tiled", [
      "a workgroup, a tile of channels and pixels:",
      "a piece of the weights and a piece of what the",
      "taps see lie in workgroup memory for all of it",
    ]),
    tiles(170),
    said(392, "rows", [
      "a subgroup, 14 pixels of a row: 16 values of x",
      "serve three taps of all of them, and each lane",
      "keeps four channels in registers",
    ]),
    planes(
      380,
      (r) => r === 1,
      (r, c) => r === 2 && c >= 1 && c <= 14,
    ),
  ]);
}
