/** Gives bytes to the browser as a file to save. */
export function download(
  name: string,
  bytes: Uint8Array<ArrayBuffer> | string,
  type = "application/octet-stream",
): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the next turn of the event loop at the latest.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
