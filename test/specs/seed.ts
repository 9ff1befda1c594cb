/** A seed that differs from op to op and from draw to draw (FNV-1a of the name, plus the index). */
export function seedOf(name: string, index: number, seed = 0): number {
  let hash = 2166136261 ^ seed;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
  return (hash + index) >>> 0;
}
