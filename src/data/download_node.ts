/** Fetches one file from the first mirror that serves it whole and right: resumed, bounded, checked, renamed at the end. */
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError, UsageError } from "../errors.ts";
import { reason } from "./idx_folder_node.ts";
import { shortLine, showValue } from "./plain_text.ts";

/** What is reported while bytes arrive; `totalBytes` is undefined if the server does not say. */
export interface DownloadProgress {
  url: string;
  receivedBytes: number;
  totalBytes?: number;
}

export interface DownloadOptions {
  /** Addresses of the same file, tried in turn; https, or http on the loopback interface. */
  urls: readonly string[];
  /** Where the file goes; it appears there only whole and checked. `<target>.part` holds what has arrived so far. */
  target: string;
  /** A larger file is refused. */
  maxBytes: number;
  /** Throws if the bytes are not what they should be. */
  check: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  onProgress?: (progress: DownloadProgress) => void;
  /** A server that sends nothing for so long is given up; default 30,000 ms. */
  stallMs?: number;
}

/** Connections to one mirror for one file before the next mirror's turn. */
const MAX_ATTEMPTS = 10;
/** Characters of one mirror's reason; a part of it may be the server's own words. */
const MOST_REASON = 400;
/** GitHub and its like need two. */
const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** The bytes on the disk cannot be used: start again from nothing. */
class RestartError extends Error {}
/** No mirror can help: the disk is full or cannot be written. */
class LocalError extends DataError {}

/** Throws UsageError unless the address is https, or http to this machine. */
export function checkMirror(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === "https:" || (url && isLoopback(url))) return url;
  throw new UsageError(`mirror ${showValue(address)} is not https (http only on this machine); give an https address`);
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

/** Downloads to `target` and returns its bytes. Throws DataError naming every mirror's reason if none served the file. */
export async function download(options: DownloadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { urls, target } = options;
  const part = `${target}.part`;
  const reasons: string[] = [];
  for (const url of urls) checkMirror(url);
  await local(part, () => mkdir(dirname(target), { recursive: true }));
  for (const url of urls) {
    let restarted = false;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const resumed = await sizeOf(part);
      try {
        await fetchPart(url, part, resumed, options);
        const bytes = new Uint8Array(await local(part, () => readFile(part)));
        try {
          await options.check(bytes);
        } catch (error) {
          await rm(part, { force: true });
          throw resumed > 0 ? new RestartError(reason(error)) : error;
        }
        await local(part, () => publish(part, target));
        return bytes;
      } catch (error) {
        if (error instanceof LocalError) throw error;
        if (error instanceof RestartError && resumed > 0 && !restarted) {
          // What an earlier run left does not fit this mirror's file: once more from nothing.
          restarted = true;
          continue;
        }
        // A line that breaks but brings bytes each time gets there in the end.
        if ((await sizeOf(part)) > resumed) continue;
        const why = error instanceof DataError ? shortLine(error.message, MOST_REASON) : reason(error);
        reasons.push(`${new URL(url).host}: ${why}`);
        break;
      }
    }
  }
  throw new DataError(
    `${target}: not to be had from ${urls.length === 1 ? "the mirror" : `any of ${urls.length} mirrors`} ` +
      `(${reasons.join("; ")}); try again (what has arrived is kept), or give --data-dir a folder that has the files`,
  );
}

/** Makes `part` complete from one address, going on after its first `from` bytes. */
async function fetchPart(url: string, part: string, from: number, options: DownloadOptions): Promise<void> {
  const { maxBytes, onProgress, stallMs = 30_000 } = options;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error(`nothing came for ${stallMs} ms`)), stallMs);
  };
  let file: FileHandle | undefined;
  try {
    alive();
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (from > 0) headers.range = `bytes=${from}-`;
    const response = await request(checkMirror(url), { headers, signal: abort.signal });
    const { offset, total } = await placeOf(response, from, part);
    if (total !== undefined && total > maxBytes) {
      throw new DataError(`offers ${total} bytes, more than the ${maxBytes} allowed`);
    }
    if (!response.body) throw new DataError("sent no body");
    file = await local(part, () => open(part, offset > 0 ? "r+" : "w"));
    let position = offset;
    for await (const chunk of response.body) {
      alive();
      if (position + chunk.length > maxBytes) {
        throw new RestartError(`sends more than the ${maxBytes} bytes allowed`);
      }
      await local(part, () => writeAll(file!, chunk, position));
      position += chunk.length;
      onProgress?.({ url, receivedBytes: position, ...(total === undefined ? {} : { totalBytes: total }) });
    }
    if (total !== undefined && position < total) {
      throw new DataError(`ended after ${position} of ${total} bytes`);
    }
    await local(part, async () => {
      await file!.truncate(position);
      await file!.sync();
    });
  } catch (error) {
    if (error instanceof RestartError) await rm(part, { force: true });
    if (abort.signal.aborted) throw new DataError(`nothing came for ${stallMs} ms`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    await file?.close();
    // Ends a body that was not read to its end, so that the process can leave.
    abort.abort();
  }
}

/** Asks for an address and goes where it is sent on to, as long as each address is as safe as the one before. */
async function request(url: URL, init: RequestInit): Promise<Response> {
  let at = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await fetch(at, { ...init, redirect: "manual" });
    const location = response.headers.get("location");
    if (!REDIRECTS.includes(response.status) || location === null) return response;
    await response.body?.cancel();
    at = redirected(at, location);
  }
  throw new DataError(`redirects more than ${MAX_REDIRECTS} times`);
}

/** The address that a redirect names: https, or plain http from this machine to itself. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (to?.protocol === "https:" || (to && from.protocol === "http:" && isLoopback(to))) return to;
  throw new DataError(`redirects to ${showValue(to?.origin ?? location)}, which is not https`);
}

/** Where the body belongs in the file and how long the whole file is, from status and headers. */
async function placeOf(response: Response, from: number, part: string): Promise<{ offset: number; total?: number }> {
  if (response.status === 200) {
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    return { offset: 0, ...(Number.isSafeInteger(length) && length > 0 ? { total: length } : {}) };
  }
  if (response.status === 206 && from > 0) {
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
    if (range && Number(range[1]) === from) return { offset: from, total: Number(range[2]) };
    await rm(part, { force: true });
    throw new RestartError("sent another range than the one asked for");
  }
  if (response.status === 416 && from > 0) {
    // Nothing after our bytes: either the part is whole and only its check is missing, or it is of another file.
    const size = /^bytes \*\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
    await rm(part, { force: true });
    throw new RestartError(`has ${size ? size[1] : "fewer"} bytes, not more than the ${from} already here`);
  }
  throw new DataError(`answers ${response.status} ${response.statusText}`.trim());
}

/** Gives the checked file its name; another process may have done so first with the same bytes. */
async function publish(part: string, target: string): Promise<void> {
  try {
    await rename(part, target);
  } catch (error) {
    if ((await sizeOf(target)) === 0) throw error;
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < chunk.length) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

/** Runs a step on the own disk; its failure is final, and a full disk gets its space back. */
async function local<T>(part: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    const code = reason(cause);
    if (code === "ENOSPC" || code === "EDQUOT") await rm(part, { force: true }).catch(() => undefined);
    throw new LocalError(`${part}: cannot be written (${code}); free some space or choose another cache folder`, {
      cause,
    });
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
