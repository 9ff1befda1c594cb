import { FILE_FONT } from "./svg.ts";

type Canvas = typeof import("@napi-rs/canvas");

/** Turns an SVG of ours into a PNG. */
export type Rasterize = (svg: string) => Promise<Uint8Array>;

/** Pixels per unit of the drawing: sharp on paper and on fine screens. */
const SCALE = 2;

/** Plain faces that systems come with, the one that is taken first. */
const FAMILIES = ["Helvetica", "Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Segoe UI"];

/** Gives undefined, with a warning that says why, where this machine cannot: no binary for its system, or no font. */
export async function openRasterizer(onWarning: (message: string) => void): Promise<Rasterize | undefined> {
  let canvas: Canvas;
  try {
    canvas = await import("@napi-rs/canvas");
  } catch {
    onWarning("plots are written as SVG only: @napi-rs/canvas has no binary for this system");
    return undefined;
  }
  const { createCanvas, GlobalFonts, loadImage } = canvas;
  if (GlobalFonts.families.length === 0) {
    onWarning("plots are written as SVG only: no font was found; install one, such as DejaVu Sans");
    return undefined;
  }
  const families = new Set(GlobalFonts.families.map(({ family }) => family));
  const font = FAMILIES.find((family) => families.has(family)) ?? GlobalFonts.families[0]!.family;
  return async (svg) => {
    // It looks up the first family only.
    const image = await loadImage(Buffer.from(svg.replace(FILE_FONT, font)));
    const { width, height } = image;
    const target = createCanvas(width * SCALE, height * SCALE);
    target.getContext("2d").drawImage(image, 0, 0, target.width, target.height);
    return target.toBuffer("image/png");
  };
}
