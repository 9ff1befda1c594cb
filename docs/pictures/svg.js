// The few shapes that the course's pictures are made of. Every picture brings its own light ground, so that it reads in dark pages too.

const INK = "#1c1917";
export const GREY = "#a8a29e";
export const PALE = "#f0eeec";
export const BLUE = "#93c5fd";
export const ORANGE = "#fdba74";
export const GREEN = "#86efac";
export const VIOLET = "#c4b5fd";
export const RED = "#c2410c";

const escaped = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const rounded = (value) => Number(value.toFixed(1));

/** A rectangle with an optional label in its middle. */
export function box(
  x,
  y,
  width,
  height,
  fill,
  label = "",
  { size = 12, stroke = "#57534e", radius = 2, dashed = false } = {},
) {
  const dash = dashed ? ' stroke-dasharray="3 3"' : "";
  const rect = `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}" rx="${radius}" fill="${fill}" stroke="${stroke}"${dash}/>`;
  return label === ""
    ? rect
    : rect + text(x + width / 2, y + height / 2 + size * 0.35, label, { size, anchor: "middle" });
}

/** A line of text; `at` is its baseline's beginning, middle or end. */
export function text(x, y, words, { size = 12, anchor = "start", bold = false, colour = INK, mono = false } = {}) {
  const style = `${bold ? ' font-weight="bold"' : ""}${mono ? ' font-family="monospace"' : ""}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}`;
  return `<text x="${rounded(x)}" y="${rounded(y)}" font-size="${size}" fill="${colour}"${style}>${escaped(words)}</text>`;
}

/** An arrow along points. */
export function arrow(points, { colour = "#57534e", dashed = false } = {}) {
  const path = points.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join(" ");
  const dash = dashed ? ' stroke-dasharray="5 4"' : "";
  const [[fromX, fromY], [x, y]] = points.slice(-2);
  const length = Math.hypot(x - fromX, y - fromY);
  const [dx, dy] = [(7 * (x - fromX)) / length, (7 * (y - fromY)) / length];
  const head = [
    [x, y],
    [x - dx - dy / 2, y - dy + dx / 2],
    [x - dx + dy / 2, y - dy - dx / 2],
  ];
  const corners = head.map(([u, v]) => `${rounded(u)},${rounded(v)}`).join(" ");
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"${dash}/><polygon points="${corners}" fill="${colour}"/>`;
}

/** A grid of cells; `fill(row, column)` gives each one's colour, `label(row, column)` its text. */
export function grid(x, y, rows, columns, cell, fill, label = () => "") {
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return box(x + column * cell, y + row * cell, cell, cell, fill(row, column), label(row, column), {
      size: cell * 0.42,
      radius: 0,
    });
  }).join("\n");
}

/** A square mesh of n x n cells with some of them filled: spans of rows and columns, [first, end) each, and their colour. */
export function mesh(x, y, n, cell, spans) {
  const size = n * cell;
  const lines = Array.from(
    { length: n + 1 },
    (_, i) => `M${x + i * cell} ${y}v${size}M${x} ${y + i * cell}h${size}`,
  ).join("");
  const filled = spans.map(
    ([[row, rowEnd], [column, columnEnd], colour]) =>
      `<rect x="${x + column * cell}" y="${y + row * cell}" width="${(columnEnd - column) * cell}" height="${(rowEnd - row) * cell}" fill="${colour}"/>`,
  );
  return [
    `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="#ffffff"/>`,
    ...filled,
    `<path d="${lines}" stroke="#a8a29e" stroke-width="0.5"/>`,
  ].join("\n");
}

/** The whole picture. `title` is also what screen readers say. */
export function picture(width, height, title, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#fdfcfa" stroke="#d6d3d1"/>`,
    ...parts.flat(),
    "</svg>",
    "",
  ].join("\n");
}
