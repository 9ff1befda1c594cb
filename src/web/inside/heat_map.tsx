import { useEffect, useRef } from "preact/hooks";

interface HeatMapProps {
  /** Rows and columns of numbers. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** What it shows; none where the words beside it say so. */
  readonly label?: string;
  /** Pixels that a number takes; fewer where there is no room. */
  readonly scale: number;
  /** The number that is marked. */
  readonly chosen?: number | undefined;
  /** A window that is outlined: first row and column, rows and columns. */
  readonly window?: readonly [number, number, number, number] | undefined;
  /** Called with the number that is clicked, or reached by the arrow keys. */
  readonly onChoose?: (at: number) => void;
}

/** Numbers as a picture: black is the smallest, white the largest. With `onChoose` a number can be picked by pointer or arrow keys. */
export function HeatMap({ values, rows, columns, label, scale, chosen, window: frame, onChoose }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.putImageData(greys(values, rows, columns), 0, 0);
  }, [values, rows, columns]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (chosen ?? 0) + step;
    if (next >= 0 && next < rows * columns) onChoose!(next);
  };
  const pick = (event: MouseEvent) => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    const column = Math.min(columns - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * columns)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(((event.clientY - top) / height) * rows)));
    onChoose!(row * columns + column);
  };
  const picture = (
    <>
      <canvas ref={canvas} width={columns} height={rows} />
      <svg viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
        {frame && <rect class="frame" x={frame[1]} y={frame[0]} width={frame[3]} height={frame[2]} />}
        {chosen !== undefined && (
          <rect class="chosen" x={chosen % columns} y={Math.floor(chosen / columns)} width="1" height="1" />
        )}
      </svg>
    </>
  );
  const size = { width: `${columns * scale}px`, aspectRatio: `${columns} / ${rows}` };
  if (!onChoose) {
    return (
      <div class="heat-map" style={size} {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}>
        {picture}
      </div>
    );
  }
  return (
    <div
      class="heat-map"
      style={size}
      role="slider"
      tabIndex={0}
      aria-label={`${label}; arrow keys choose a number`}
      aria-valuemin={0}
      aria-valuemax={rows * columns - 1}
      aria-valuenow={chosen ?? 0}
      aria-valuetext={`row ${Math.floor((chosen ?? 0) / columns)}, column ${(chosen ?? 0) % columns}`}
      onClick={pick}
      onKeyDown={move}
    >
      {picture}
    </div>
  );
}

/** Numbers as shades of grey between their smallest and largest. */
function greys(values: ArrayLike<number>, rows: number, columns: number): ImageData {
  const image = new ImageData(columns, rows);
  const count = Math.min(values.length, rows * columns);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  for (let i = 0; i < count; i++) {
    const grey = high > low ? Math.round((255 * (values[i]! - low)) / (high - low)) : 128;
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  return image;
}
