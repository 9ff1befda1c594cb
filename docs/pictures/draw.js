// Draws the course's pictures: node docs/pictures/draw.js, or with --check to see whether the files are what it draws.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { longTailCounts, parseImbalance } from "tailgrad/node";
import { planSlots } from "../exercises/5_replay/solution.js";
import { conv2dLadder } from "./conv2d_ladder.js";
import { arrow, BLUE, box, GREEN, GREY, grid, mesh, ORANGE, PALE, picture, RED, text, VIOLET } from "./svg.js";

/** Chapter 1: indices [2, 0, 4] in 5 classes, by workgroups of 4 invocations. */
function kernel() {
  const [count, classes, size, cell, left] = [15, 5, 4, 38, 104];
  const indices = [2, 0, 4];
  const x = (i) => left + i * cell;
  const workgroups = Array.from({ length: Math.ceil(count / size) }, (_, group) => [
    box(x(group * size) + 2, 150, size * cell - 4, 62, PALE, "", { stroke: GREY, radius: 5 }),
    text(x(group * size) + size * cell * 0.5, 206, `workgroup ${group}`, { size: 11, anchor: "middle" }),
    ...Array.from({ length: size }, (_, lane) => {
      const i = group * size + lane;
      const idle = i >= count;
      return [
        box(x(i) + 6, 157, cell - 12, 26, idle ? "#ffffff" : GREEN, `i=${i}`, { size: 10, radius: 4, dashed: idle }),
        idle
          ? text(x(i) + cell / 2, 142, "returns", { size: 10, anchor: "middle", colour: RED })
          : arrow([
              [x(i) + cell / 2, 155],
              [x(i) + cell / 2, 128],
            ]),
      ];
    }),
  ]);
  return picture(732, 226, "One invocation makes one element; the last one finds nothing to do", [
    text(20, 44, "indices", { bold: true }),
    ...indices.map((index, i) =>
      box(x(i * classes) + 2, 26, classes * cell - 4, 28, BLUE, `indices[${i}] = ${index}`, { radius: 5 }),
    ),
    text(20, 108, "out", { bold: true }),
    grid(
      left,
      88,
      1,
      count,
      cell,
      (_, i) => (indices[Math.floor(i / classes)] === i % classes ? ORANGE : "#ffffff"),
      (_, i) => (indices[Math.floor(i / classes)] === i % classes ? 1 : 0),
    ),
    ...indices.map((_, i) =>
      arrow([
        [x(i * classes) + (classes * cell) / 2, 56],
        [x(i * classes) + (classes * cell) / 2, 84],
      ]),
    ),
    text(20, 174, "invocations", { bold: true }),
    ...workgroups,
  ]);
}

/** Chapter 2: what is read for which part of C, rung by rung. All matrices have 16 x 16 elements here. */
function matmul() {
  const [n, cell] = [16, 7];
  const size = n * cell;
  const panel = (left, top, title, idea, rows, columns, alongK, lanes = []) => [
    text(left, top + 30, title, { bold: true, size: 14 }),
    ...idea.map((line, i) => text(left, top + 50 + 16 * i, line, { size: 11 })),
    text(left + size * 1.5 + 12, top + 92, "B", { anchor: "middle", bold: true, size: 11 }),
    mesh(left + size + 12, top + 96, n, cell, [[alongK, columns, ORANGE]]),
    text(left + size / 2, top + 92 + size + 12, "A", { anchor: "middle", bold: true, size: 11 }),
    mesh(left, top + 96 + size + 12, n, cell, [
      [rows, alongK, BLUE],
      ...lanes.map((row) => [[row, row + 1], alongK, "#3b82f6"]),
    ]),
    mesh(left + size + 12, top + 96 + size + 12, n, cell, [[rows, columns, GREEN]]),
    text(left + size * 1.5 + 12, top + 96 + 2 * size + 28, "C", { anchor: "middle", bold: true, size: 11 }),
  ];
  const [first, second, third] = [24, 290, 556];
  return picture(812, 716, "What is read for which part of the product, by each kernel of the ladder", [
    panel(first, 0, "naive", ["an invocation, one element:", "a whole row and column for it"], [5, 6], [9, 10], [0, n]),
    panel(
      second,
      0,
      "shared",
      ["a workgroup, a tile: each invocation", "loads one element of each piece for", "all the others"],
      [4, 8],
      [8, 12],
      [4, 8],
    ),
    panel(
      third,
      0,
      "registers",
      ["an invocation, 4 x 4 elements: per k,", "four of A and four of B for 16", "multiply-adds"],
      [4, 8],
      [8, 12],
      [6, 7],
    ),
    panel(
      first,
      350,
      "tiled (GPUs)",
      ["both: a workgroup shares pieces, and an", "invocation makes 4 x 4 elements of them"],
      [0, 8],
      [8, 16],
      [4, 8],
    ),
    panel(
      second,
      350,
      "subgroup (CPU drivers)",
      ["a subgroup, a tile: each lane loads rows of its", "own and broadcasts them to the others"],
      [4, 8],
      [8, 16],
      [4, 6],
      [5],
    ),
  ]);
}

/** Chapter 3: a 3 x 3 convolution with padding 1 of a 5 x 5 image: which elements meet in each of its three passes. */
function convolution() {
  const cell = 22;
  const weight = (row, column) => `${"abc"[row]}${column + 1}`;
  const window = (row, column, at) => Math.abs(row - at[0]) <= 1 && Math.abs(column - at[1]) <= 1;
  const panel = (left, title, idea, from, middle, to) => [
    text(left, 30, title, { bold: true, size: 14 }),
    ...idea.map((line, i) => text(left, 50 + 16 * i, line, { size: 11 })),
    ...from(left, 96),
    ...middle(left + 40, 232),
    arrow([
      [left + 55, 320],
      [left + 55, 346],
    ]),
    ...to(left, 374),
  ];
  const image = (name, fill, label) => (x, y) => [
    text(x, y - 6, name, { bold: true, size: 11 }),
    grid(x, y, 5, 5, cell, fill, label),
  ];
  const small = (name, fill, label) => (x, y) => [
    text(x - 16, y + 36, name, { bold: true, size: 11 }),
    grid(x, y, 3, 3, cell, fill, label),
  ];
  const at = [2, 3];
  return picture(820, 510, "The three passes of a convolution: forward, input gradient, weight gradient", [
    panel(
      30,
      "forward",
      ["y at a place: the 3 x 3 of x around it,", "each times its tap of w"],
      image("x", (r, c) => (window(r, c, at) ? BLUE : "#ffffff")),
      small("w", () => ORANGE, weight),
      image("y", (r, c) => (r === at[0] && c === at[1] ? GREEN : "#ffffff")),
    ),
    panel(
      300,
      "input gradient",
      ["dx at a place: the 3 x 3 of g whose windows", "held it, each times the tap it met: w turned"],
      image("g", (r, c) => (window(r, c, at) ? BLUE : "#ffffff")),
      small(
        "w",
        () => ORANGE,
        (r, c) => weight(2 - r, 2 - c),
      ),
      image("dx", (r, c) => (r === at[0] && c === at[1] ? GREEN : "#ffffff")),
    ),
    panel(
      570,
      "weight gradient",
      ["dw of tap c1: every g, times the x that met", "it there: one row below, one to the left"],
      image("x", (r, c) => (r >= 1 && c <= 3 ? BLUE : "#ffffff")),
      (x, y) => [
        text(x - 16, y + 36, "g", { bold: true, size: 11 }),
        grid(x, y, 5, 5, 14, (r, c) => (r <= 3 && c >= 1 ? ORANGE : "#ffffff")),
      ],
      (x, y) => [
        text(x, y - 6, "dw", { bold: true, size: 11 }),
        grid(x, y, 3, 3, cell, (r, c) => (r === 2 && c === 0 ? GREEN : "#ffffff"), weight),
      ],
    ),
  ]);
}

/** Chapter 4: L = sum((x w - y)^2), there and back. */
function autograd() {
  const places = {
    x: [80, 50],
    w: [80, 160],
    xw: [240, 105],
    y: [240, 205],
    e: [400, 105],
    ee: [550, 105],
    L: [700, 105],
  };
  const labels = { x: "x", w: "w", xw: "x w", y: "y", e: "e = x w - y", ee: "e * e", L: "L = sum" };
  const colours = { x: BLUE, y: BLUE, w: ORANGE, L: GREEN };
  const there = (from, to) =>
    arrow([
      [places[from][0] + 44, places[from][1] - 5],
      [places[to][0] - 46, places[to][1] - 5],
    ]);
  const back = (from, to) =>
    arrow(
      [
        [places[from][0] - 44, places[from][1] + 8],
        [places[to][0] + 46, places[to][1] + 8],
      ],
      { colour: RED, dashed: true },
    );
  const arriving = (x, y, words) => text(x, y, words, { size: 12, anchor: "middle", colour: RED });
  return picture(780, 262, "A loss as a graph: values go right, gradients come back left along the same edges", [
    there("x", "xw"),
    there("w", "xw"),
    there("xw", "e"),
    there("e", "ee"),
    there("ee", "L"),
    arrow([
      [284, 205],
      [400, 205],
      [400, 126],
    ]),
    back("L", "ee"),
    back("ee", "e"),
    back("e", "xw"),
    back("xw", "w"),
    Object.entries(places).map(([name, [x, y]]) =>
      box(x - 42, y - 17, 84, 34, colours[name] ?? PALE, labels[name], { size: 13, radius: 6 }),
    ),
    arriving(700, 142, "1"),
    arriving(550, 142, "1"),
    arriving(432, 142, "2 e"),
    arriving(240, 142, "2 e"),
    arriving(80, 197, "x transposed times 2 e"),
    text(20, 244, "black: values, recorded from left to right", { size: 12 }),
    text(300, 244, "dashed: gradients, from right to left", { size: 12, colour: RED }),
  ]);
}

/** Chapter 5: three layers forward and back: who lives when, and in which slot. */
function slots() {
  const storages = [
    ["x1", 400, 0, 5],
    ["x2", 300, 1, 4],
    ["x3", 200, 2, 3],
    ["g3", 200, 3, 4],
    ["g2", 300, 4, 5],
    ["g1", 400, 5, 6],
  ];
  const places = planSlots(storages.map(([, bytes, from, to]) => ({ bytes, from, to })));
  const colours = [BLUE, ORANGE, GREEN, VIOLET, "#fca5a5"];
  const [left, top, width, height] = [150, 58, 74, 26];
  const names = ["layer 1", "layer 2", "layer 3", "loss", "back 3", "back 2", "back 1"];
  const sizes = new Map();
  places.forEach((slot, i) => {
    sizes.set(slot, Math.max(sizes.get(slot) ?? 0, storages[i][1]));
  });
  const shared = [...sizes.values()].reduce((all, bytes) => all + bytes, 0);
  const alone = storages.reduce((all, [, bytes]) => all + bytes, 0);
  return picture(700, 274, "Storages whose lives do not overlap share a slot", [
    names.map((name, i) => text(left + i * width + width / 2, 40, name, { size: 11, anchor: "middle" })),
    names.map((_, i) => `<line x1="${left + i * width}" y1="48" x2="${left + i * width}" y2="220" stroke="#d6d3d1"/>`),
    storages.map(([name, bytes, from, to], i) => [
      text(20, top + i * height + 17, `${name}, ${bytes} bytes`, { size: 12 }),
      box(
        left + from * width + 4,
        top + i * height + 2,
        (to - from + 1) * width - 8,
        height - 6,
        colours[places[i]],
        `slot ${places[i]}`,
        { size: 11, radius: 4 },
      ),
    ]),
    text(20, 250, `${alone} bytes if each had its own, ${shared} in ${sizes.size} slots`, { bold: true }),
  ]);
}

/** Chapter 6: numbers that one lane reads for 64 multiply-adds. */
function loads() {
  const rows = [
    ["naive: a row and a column for each element", 128, 0],
    ["shared 16: tiles of 16 x 16", 8, 128],
    ["registers 4: 4 x 4 elements per invocation", 32, 0],
    ["tiled 64: both, tiles of 64 x 64", 2, 32],
    ["subgroup: 16 x 32 elements by 8 lanes", 6, 0],
  ];
  const [left, scale] = [300, 2.9];
  return picture(780, 262, "Numbers read for 64 multiply-adds, from storage and from workgroup memory", [
    rows.map(([name, storage, workgroup], i) => {
      const y = 62 + 36 * i;
      return [
        text(20, y + 17, name, { size: 12 }),
        box(left, y, storage * scale, 24, ORANGE),
        workgroup > 0 ? box(left + storage * scale, y, workgroup * scale, 24, VIOLET) : "",
        text(
          left + (storage + workgroup) * scale + 8,
          y + 17,
          workgroup > 0 ? `${storage} + ${workgroup}` : String(storage),
          { size: 12 },
        ),
      ];
    }),
    box(left, 22, 14, 14, ORANGE),
    text(left + 20, 34, "from storage"),
    box(left + 130, 22, 14, 14, VIOLET),
    text(left + 150, 34, "from workgroup memory"),
  ]);
}

/** Chapter 7: images per class of the paper's two long tails. */
function longTail() {
  const [left, bottom, width, tall] = [40, 230, 66, 180];
  const balanced = new Array(10).fill(6000);
  const bars = [
    ["7/9", BLUE, 0],
    ["1/2", ORANGE, 1],
  ].map(([text_, colour, at]) =>
    longTailCounts(balanced, parseImbalance(text_)).map((count, c) => {
      const height = Math.max(1, (tall * count) / 6000);
      const x = left + c * width + at * 28;
      return [
        box(x, bottom - height, 26, height, colour, "", { radius: 0 }),
        text(x + 13, bottom - height - 4, count, { size: 9, anchor: "middle" }),
      ];
    }),
  );
  return picture(720, 280, "Images per class of the two long tails, of 6,000 each", [
    bars,
    Array.from({ length: 10 }, (_, c) =>
      text(left + c * width + 27, bottom + 18, `class ${c}`, { size: 11, anchor: "middle" }),
    ),
    box(470, 26, 14, 14, BLUE),
    text(490, 38, "C = 7/9: 24,817 images in all"),
    box(470, 50, 14, 14, ORANGE),
    text(490, 62, "C = 1/2: 11,990 images in all"),
  ]);
}

/** Chapter 7: who learns from which verdict. */
function gan() {
  const unit = (x, y, label, fill) => box(x, y, 146, 44, fill, label, { size: 12, radius: 7 });
  return picture(860, 246, "A conditional GAN: the generator draws, the discriminator judges, both know the label", [
    unit(20, 40, "noise z, 100 numbers", PALE),
    unit(20, 110, "label, embedded in 10", PALE),
    unit(210, 75, "generator G", GREEN),
    unit(400, 75, "image G(z, label)", PALE),
    unit(400, 158, "real image, its label", PALE),
    unit(600, 115, "discriminator D", ORANGE),
    arrow([
      [166, 62],
      [186, 62],
      [186, 88],
      [208, 88],
    ]),
    arrow([
      [166, 132],
      [186, 132],
      [186, 106],
      [208, 106],
    ]),
    arrow([
      [356, 97],
      [398, 97],
    ]),
    arrow([
      [546, 97],
      [572, 97],
      [572, 129],
      [598, 129],
    ]),
    arrow([
      [546, 180],
      [572, 180],
      [572, 146],
      [598, 146],
    ]),
    arrow([
      [746, 137],
      [786, 137],
    ]),
    text(794, 141, "real?", { size: 13 }),
    arrow(
      [
        [673, 113],
        [673, 34],
        [283, 34],
        [283, 73],
      ],
      { colour: RED, dashed: true },
    ),
    text(478, 26, "G learns from D's verdict on its images", { size: 12, anchor: "middle", colour: RED }),
    text(600, 184, "D learns from both kinds; to it,", { size: 12 }),
    text(600, 200, "G's images are constants", { size: 12 }),
    text(20, 226, "One step: D is updated once, then G once, with the same noise and labels.", { size: 12 }),
  ]);
}

const pictures = {
  kernel,
  matmul,
  convolution,
  conv2d_ladder: conv2dLadder,
  autograd,
  slots,
  loads,
  long_tail: longTail,
  gan,
};
const check = process.argv.includes("--check");
for (const [name, draw] of Object.entries(pictures)) {
  const file = new URL(`${name}.svg`, import.meta.url);
  const svg = draw();
  if (!check) writeFileSync(file, svg);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== svg) {
    console.log(`docs/pictures/${name}.svg is not what node docs/pictures/draw.js draws`);
    process.exitCode = 1;
  }
}
