import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { DataError, ShapeError } from "../../src/errors.ts";
import { encodeGreyPng, imageGrid, readImageGrid, sideBySide } from "../../src/experiments/pictures.ts";

describe("imageGrid", () => {
  it("lays images out in rows, enlarged, with lines between", () => {
    const images = new Uint8Array([1, 2, 3, 4, 5, 6]);
    const grid = imageGrid(images, { columns: 2, width: 2, height: 1, scale: 2, gap: 1 });
    expect([grid.width, grid.height]).toEqual([9, 5]);
    const rows = Array.from({ length: 5 }, (_, y) => [...grid.data.subarray(y * 9, (y + 1) * 9)]);
    expect(rows).toEqual([
      [1, 1, 2, 2, 96, 3, 3, 4, 4],
      [1, 1, 2, 2, 96, 3, 3, 4, 4],
      [96, 96, 96, 96, 96, 96, 96, 96, 96],
      [5, 5, 6, 6, 96, 96, 96, 96, 96],
      [5, 5, 6, 6, 96, 96, 96, 96, 96],
    ]);
  });

  it("takes 28 x 28 images, ten per row, by default three times as large", () => {
    const grid = imageGrid(new Uint8Array(100 * 784).fill(200), { columns: 10 });
    expect([grid.width, grid.height]).toEqual([10 * 84 + 9 * 2, 10 * 84 + 9 * 2]);
  });

  it.each([
    [new Uint8Array(783), { columns: 10 }, /783 bytes are no whole number of 28 x 28 images/],
    [new Uint8Array(0), { columns: 10 }, /0 bytes/],
    [new Uint8Array(784), { columns: 0 }, /columns 0 must be 1 or more/],
    [new Uint8Array(784), { columns: 1, scale: 1.5 }, /scale 1.5 must be/],
  ])("refuses sizes that do not fit", (images, options, message) => {
    expect(() => imageGrid(images, options)).toThrow(ShapeError);
    expect(() => imageGrid(images, options)).toThrow(message);
  });
});

describe("encodeGreyPng", () => {
  it("writes pixels that a decoder gives back, the same bytes each time", () => {
    const image = { width: 3, height: 2, data: new Uint8Array([0, 50, 100, 150, 200, 255]) };
    const png = encodeGreyPng(image);
    expect(decode(png)).toMatchObject({ width: 3, height: 2, channels: 1, depth: 8, data: image.data });
    expect(encodeGreyPng(image)).toEqual(png);
  });
});

describe("readImageGrid", () => {
  const images = Uint8Array.from({ length: 6 * 784 }, (_, i) => (i * 7) % 251);

  it.each([1, 2, 3])("gives back the images of a grid drawn at scale %d", (scale) => {
    expect(readImageGrid(encodeGreyPng(imageGrid(images, { columns: 3, scale })), 3)).toEqual(images);
  });

  it("refuses what is no such grid", () => {
    const png = encodeGreyPng(imageGrid(images, { columns: 3 }));
    expect(() => readImageGrid(png, 2)).toThrow(/no grid of 2 images a row/);
    expect(() => readImageGrid(png.subarray(0, 500), 3)).toThrow(DataError);
    expect(() => readImageGrid(Uint8Array.of(1, 2), 3)).toThrow(/no intact PNG: damaged/);
    expect(() =>
      readImageGrid(
        png.map((byte, i) => (i === 600 ? byte ^ 255 : byte)),
        3,
      ),
    ).toThrow(DataError);
  });
});

it("sideBySide: one height, the lines' grey between", () => {
  const a = { width: 1, height: 2, data: Uint8Array.of(1, 2) };
  const b = { width: 2, height: 2, data: Uint8Array.of(3, 4, 5, 6) };
  expect(sideBySide([a, b], 1)).toEqual({ width: 4, height: 2, data: Uint8Array.of(1, 96, 3, 4, 2, 96, 5, 6) });
});
