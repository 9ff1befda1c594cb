const MOST_MS = 5000;

/**
 * A shorter input with the same problem, found by leaving out ever smaller parts; the input itself if that takes too long.
 * Problems are the same if their texts are, but for quotations and numbers.
 */
export async function minimized(
  input: Uint8Array,
  problem: string,
  problemOf: (input: Uint8Array) => Promise<string | undefined>,
): Promise<Uint8Array> {
  const deadline = performance.now() + MOST_MS;
  const wanted = kindOf(problem);
  let best = input;
  for (let size = Math.max(1, best.length >> 1); size >= 1; size >>= 1) {
    for (let from = 0; from < best.length; ) {
      if (performance.now() > deadline) return best;
      const tried = new Uint8Array(best.length - Math.min(size, best.length - from));
      tried.set(best.subarray(0, from));
      tried.set(best.subarray(from + size), from);
      const found = await problemOf(tried);
      if (found !== undefined && kindOf(found) === wanted) best = tried;
      else from += size;
    }
  }
  return best;
}

function kindOf(problem: string): string {
  return problem.replace(/"[^"]*"?|\d+/g, "#").slice(0, 60);
}
