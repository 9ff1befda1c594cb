import { useEffect, useRef } from "preact/hooks";

const SIDE = 28;
const GAP = 2;

/** Images of 28 x 28 bytes in a row, with room for `places`. */
export function ImageStrip({
  images,
  from,
  count,
  places,
  label,
}: {
  readonly images: Uint8Array | undefined;
  /** The first image's number. */
  readonly from: number;
  readonly count: number;
  readonly places: number;
  readonly label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const { width, height } = context.canvas;
    context.clearRect(0, 0, width, height);
    if (!images) return;
    for (let i = 0; i < count; i++) {
      const at = (from + i) * SIDE * SIDE;
      context.putImageData(grey(images.subarray(at, at + SIDE * SIDE)), i * (SIDE + GAP), 0);
    }
  }, [images, from, count, places]);
  return (
    <canvas
      ref={canvas}
      class={images ? "strip" : "strip empty"}
      width={places * (SIDE + GAP) - GAP}
      height={SIDE}
      role="img"
      aria-label={label}
    />
  );
}

function grey(bytes: Uint8Array): ImageData {
  const image = new ImageData(SIDE, SIDE);
  for (const [i, value] of bytes.entries()) image.data.set([value, value, value, 255], 4 * i);
  return image;
}
