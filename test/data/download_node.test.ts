import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkMirror, type DownloadOptions, download } from "../../src/data/download_node.ts";
import { DataError, UsageError } from "../../src/errors.ts";

const BODY = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251);
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let folder = "";
let target = "";
let servers: Server[] = [];

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.gz`;
}

/** A server that honours ranges, and notes which it was asked for. */
function ranged(body: Uint8Array, asked: (string | undefined)[] = []): Handler {
  return (request, response) => {
    asked.push(request.headers.range);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= body.length) {
      response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
      return;
    }
    const headers = { "content-length": body.length - from };
    if (from > 0) {
      response.writeHead(206, { ...headers, "content-range": `bytes ${from}-${body.length - 1}/${body.length}` });
    } else {
      response.writeHead(200, headers);
    }
    response.end(body.subarray(from));
  };
}

const get = (urls: string[], more: Partial<DownloadOptions> = {}) =>
  download({
    urls,
    target,
    maxBytes: 1_000_000,
    check: async (bytes) => {
      if (Buffer.compare(bytes, BODY) !== 0) throw new DataError("wrong bytes");
    },
    ...more,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tailgrad-get-"));
  target = join(folder, "deep", "file.gz");
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  await rm(folder, { recursive: true, force: true });
});

describe("download", () => {
  it("fetches, checks, renames and reports progress", async () => {
    const seen: number[] = [];
    const bytes = await get([await serve(ranged(BODY))], {
      onProgress: ({ receivedBytes, totalBytes }) => {
        seen.push(receivedBytes);
        expect(totalBytes).toBe(BODY.length);
      },
    });
    expect(bytes).toHaveLength(BODY.length);
    expect(seen.at(-1)).toBe(BODY.length);
    expect(await readdir(join(folder, "deep"))).toEqual(["file.gz"]);
  });

  it("goes on after a broken connection and after a broken run, by range", async () => {
    const asked: (string | undefined)[] = [];
    let calls = 0;
    const whole = ranged(BODY, asked);
    const flaky = await serve((request, response) => {
      if (calls++ > 0) return whole(request, response);
      response.writeHead(200, { "content-length": BODY.length });
      response.write(BODY.subarray(0, 70_000), () => setTimeout(() => response.destroy(), 50));
    });
    await get([flaky]);
    expect(asked).toEqual(["bytes=70000-"]);

    await rm(target);
    await writeFile(`${target}.part`, BODY.subarray(0, 1234));
    asked.length = 0;
    await get([await serve(ranged(BODY, asked))]);
    expect(asked).toEqual(["bytes=1234-"]);
    expect(new Uint8Array(await readFile(target))).toEqual(BODY);
  });

  it("starts again when the part is of another file or already whole", async () => {
    await get([await serve(ranged(BODY))]);
    for (const left of [new Uint8Array(5000).fill(9), BODY, new Uint8Array(300_000)]) {
      await writeFile(`${target}.part`, left);
      await rm(target);
      await get([await serve(ranged(BODY))]);
      expect((await stat(target)).size).toBe(BODY.length);
    }
  });

  it("takes a server without ranges from the start", async () => {
    await get([await serve(ranged(BODY))]);
    await rm(target);
    await writeFile(`${target}.part`, BODY.subarray(0, 999));
    await get([await serve((_, response) => response.end(BODY))]);
    expect(new Uint8Array(await readFile(target))).toEqual(BODY);
  });

  it("tries the mirrors in turn and names each one's reason at last", async () => {
    const gone = await serve((_, response) => response.writeHead(404).end("no"));
    const wrong = await serve(ranged(BODY.slice(1)));
    await get([gone, wrong, await serve(ranged(BODY))]);
    await rm(target);
    const error = await get([gone, wrong, "http://127.0.0.1:1/file.gz"]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataError);
    const { message } = error as Error;
    expect(message).toMatch(/any of 3 mirrors \(127\.0\.0\.1:\d+: answers 404 Not Found; .*wrong bytes; /);
    expect(message).toMatch(/give --data-dir/);
    expect(message).not.toContain("\n");
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  it("bounds the size, announced or not", async () => {
    const announced = await serve(ranged(BODY));
    await expect(get([announced], { maxBytes: 1000 })).rejects.toThrow(
      /offers 200000 bytes, more than the 1000 allowed/,
    );
    const endless = await serve((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(BODY));
        response.once("drain", more);
      };
      more();
    });
    await expect(get([endless], { maxBytes: 1000 })).rejects.toThrow(/sends more than the 1000 bytes allowed/);
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  it("gives a silent server up", async () => {
    const silent = await serve((_, response) => {
      response.writeHead(200, { "content-length": BODY.length });
      response.flushHeaders();
    });
    await expect(get([silent], { stallMs: 100 })).rejects.toThrow(/nothing came for 100 ms/);
  });

  it("follows redirects, but not to plain http elsewhere", async () => {
    const there = await serve(ranged(BODY));
    await get([await serve((_, response) => response.writeHead(302, { location: there }).end())]);
    expect(() => checkMirror("http://example.org/x")).toThrow(UsageError);
    expect(() => checkMirror("ftp://127.0.0.1/x")).toThrow(UsageError);
    expect(() => checkMirror("nonsense")).toThrow(/is not https/);
    expect(checkMirror("https://example.org/x").host).toBe("example.org");
    await expect(get(["http://example.org/file.gz"])).rejects.toThrow(UsageError);
  });

  it.each([
    "http://0.0.0.0:PORT/x",
    "http://example.org/x",
    "ftp://127.0.0.1/x",
    "file:///etc/passwd",
    "data:,x",
    "//[",
  ])("refuses a redirect to %s without going there", async (location) => {
    let asked = 0;
    const count: Handler = (_, response) => {
      asked++;
      response.end(BODY);
    };
    // 0.0.0.0 leads to this machine too, but is not an address that counts as it.
    const there = new URL(await serve(count));
    const to = location.replace("PORT", there.port);
    const here = await serve((_, response) => response.writeHead(302, { location: encodeURI(to) }).end());
    await expect(get([here])).rejects.toThrow(/127\.0\.0\.1:\d+: redirects to "[^\p{Cc}]*", which is not https/u);
    expect(asked).toBe(0);
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  it("goes where it is sent a few times, not for ever", async () => {
    const body = ranged(BODY);
    const hops = (count: number) =>
      serve((request, response) => {
        const at = Number(new URL(request.url!, "http://x").searchParams.get("at"));
        if (at === count) return body(request, response);
        response.writeHead(307, { location: `?at=${at + 1}` }).end();
      });
    await get([await hops(5)]);
    await rm(target);
    await expect(get([await hops(Number.POSITIVE_INFINITY)])).rejects.toThrow(/redirects more than 5 times/);
  });

  it("keeps a server's own words to one plain line", async () => {
    const rude = await serve((_, response) => {
      response.socket!.end(`HTTP/1.1 503 \u009b2J${"x".repeat(4000)}\r\ncontent-length: 0\r\n\r\n`);
    });
    const error = await get([rude]).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(/^[^\p{Cc}]{1,700}$/u);
    expect((error as Error).message).toContain("answers 503 2Jxxx");
  });

  it("gives out no byte that was not checked", async () => {
    const wrong = BODY.slice();
    wrong[1000]! ^= 1;
    await expect(get([await serve(ranged(wrong))])).rejects.toThrow(/wrong bytes/);
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)("says that the cache folder cannot be written", async () => {
    await chmod(folder, 0o500);
    await expect(get([await serve(ranged(BODY))])).rejects.toThrow(/cannot be written \(EACCES\)/);
    await chmod(folder, 0o700);
  });

  it.skipIf(!existsSync("/dev/full"))("says that the disk is full and leaves nothing", async () => {
    await mkdir(join(folder, "deep"));
    await symlink("/dev/full", `${target}.part`);
    await expect(get([await serve(ranged(BODY))])).rejects.toThrow(/cannot be written \(ENOSPC\); free some space/);
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  it("says that the cache folder is a file", async () => {
    await writeFile(join(folder, "deep"), "in the way");
    await expect(get([await serve(ranged(BODY))])).rejects.toThrow(
      /cannot be written \(E\w+\); free some space or choose/,
    );
  });
});
