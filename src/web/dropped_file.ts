/** A file with its path below what was dropped. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}
