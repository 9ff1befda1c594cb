import { signal } from "@preact/signals";
import type { DroppedFile } from "../dropped_file.ts";
import { checkCount } from "./folder_files.ts";

/** The report of the folder that was dropped last: a page of its own as text. */
export const report = signal<{ readonly title: string; readonly page: string } | undefined>(undefined);
export const reportFailure = signal<string | undefined>(undefined);
export const reading = signal(false);

/** Makes the report of a run folder, or of a folder of run folders. */
export async function takeFolder(name: string, list: () => Promise<readonly DroppedFile[]>): Promise<void> {
  reading.value = true;
  reportFailure.value = undefined;
  try {
    const files = await list();
    checkCount(name, files);
    // The charts' library comes only when somebody asks for a report.
    const { config, en } = await import("./zod_config.ts");
    // zod would try eval, which the page's policy forbids and reports; its small half has no messages of its own.
    config({ ...en(), jitless: true });
    const { folderReport } = await import("./folder_report.ts");
    report.value = { title: name, page: await folderReport(name, files) };
  } catch (error) {
    report.value = undefined;
    reportFailure.value = error instanceof Error ? error.message : String(error);
  } finally {
    reading.value = false;
  }
}
