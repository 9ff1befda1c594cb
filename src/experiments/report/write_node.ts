import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../errors.ts";
import { attempt, checkOwnFolder, makeFolder, type StagedFile, stageFile } from "../files_node.ts";
import { jsonText, readJsonFile } from "../json_file_node.ts";
import { allParts, type Figure, type Report, type Table } from "./document.ts";
import { renderPage } from "./page.ts";
import { openRasterizer, type Rasterize } from "./raster_node.ts";
import { standaloneSvg } from "./svg.ts";
import { csvText, jsonRows, latexText, markdownText } from "./table_text.ts";

const FIGURES = "figures";
const TABLES = "tables";
/** Lists the pieces, so that the next report can take away those that it no longer has. */
const LIST = "report.json";

const pieceList = z.object({
  pieces: z.array(z.string().regex(/^(figures|tables)\/[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(svg|png|csv|json|md|tex)$/)),
});

/** What was written. */
export interface WrittenReport {
  /** Path of index.html. */
  readonly page: string;
  /** How many pictures and tables lie beside it. */
  readonly pieces: number;
}

/**
 * Writes `index.html` into `folder`, made if need be, and beside it each figure (`figures/`: SVG and PNG) and each table
 * (`tables/`: CSV and JSON; the main ones as Markdown and LaTeX too). All files are written under temporary names before
 * the first gets its own, so a full disk leaves the report as it was. Pieces of an earlier report that this one lacks are
 * removed.
 *
 * @throws DataError if it cannot be written
 */
export async function writeReport(
  folder: string,
  report: Report,
  onWarning: (message: string) => void = () => {},
): Promise<WrittenReport> {
  const page = join(folder, "index.html");
  const pieces = await piecesOf(report, onWarning);
  makeFolder(folder);
  for (const name of [FIGURES, TABLES]) {
    checkOwnFolder(join(folder, name));
    makeFolder(join(folder, name));
  }
  const before = earlierPieces(folder);
  const staged: StagedFile[] = [];
  try {
    for (const [name, data] of pieces) staged.push(stageFile(join(folder, name), data));
    staged.push(stageFile(join(folder, LIST), jsonText({ pieces: [...pieces.keys()] })));
    // Last: who sees the new page finds its pieces.
    staged.push(stageFile(page, renderPage(report)));
    for (const file of staged) file.commit();
  } finally {
    for (const file of staged) file.discard();
  }
  attempt("clean", folder, () => {
    for (const name of before) if (!pieces.has(name)) rmSync(join(folder, name), { force: true });
  });
  return { page, pieces: pieces.size };
}

/** What an earlier report wrote; nothing where that cannot be told. */
function earlierPieces(folder: string): string[] {
  try {
    return readJsonFile(join(folder, LIST), pieceList)?.pieces ?? [];
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}

/** The files beside the page, by their paths. */
async function piecesOf(
  report: Report,
  onWarning: (message: string) => void,
): Promise<Map<string, Uint8Array | string>> {
  const pieces = new Map<string, Uint8Array | string>();
  const rasterize = await openRasterizer(onWarning);
  for (const part of allParts(report)) {
    if (part.kind === "figure") await addFigure(pieces, part, rasterize);
    if (part.kind === "table") addTable(pieces, part);
  }
  return pieces;
}

async function addFigure(
  pieces: Map<string, Uint8Array | string>,
  figure: Figure,
  rasterize: Rasterize | undefined,
): Promise<void> {
  const { name, content } = figure;
  if (content.kind === "picture") {
    pieces.set(`${FIGURES}/${name}.png`, content.png);
    return;
  }
  const svg = standaloneSvg(figure, content);
  pieces.set(`${FIGURES}/${name}.svg`, svg);
  if (rasterize) pieces.set(`${FIGURES}/${name}.png`, await rasterize(svg));
}

function addTable(pieces: Map<string, Uint8Array | string>, table: Table): void {
  const path = `${TABLES}/${table.name}`;
  pieces.set(`${path}.csv`, csvText(table));
  pieces.set(`${path}.json`, jsonText(jsonRows(table)));
  if (!table.texts) return;
  pieces.set(`${path}.md`, markdownText(table));
  pieces.set(`${path}.tex`, latexText(table));
}
