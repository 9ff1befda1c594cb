import { join } from "node:path";
import { makeFolder, writeFileAtomic } from "./files_node.ts";
import { renderReport } from "./report.ts";
import type { ReportData } from "./report_data.ts";

/** Writes `index.html` into `folder`, made if need be, and returns its path. @throws DataError if it cannot be written */
export function writeReport(folder: string, data: ReportData): string {
  makeFolder(folder);
  const path = join(folder, "index.html");
  writeFileAtomic(path, renderReport(data));
  return path;
}
