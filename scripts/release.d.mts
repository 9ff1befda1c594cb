/** What a commit is like that is to be released. */
export interface ReleaseState {
  readonly manifest: { readonly version: string; readonly repository?: unknown };
  readonly lock: { readonly version: string };
  readonly changelog: string;
  readonly citation: string;
  /** The list of licences as it is, and as it should be. */
  readonly licences: { readonly written: string; readonly now: string };
  /** Why dist is stale, or null. */
  readonly build: string | null;
  /** What git status --porcelain prints. */
  readonly changes: string;
  /** Tags of the commit. */
  readonly tags: readonly string[];
}

/** What stands in the way of a release, each on a line of its own; nothing when all is well. */
export function releaseProblems(state: ReleaseState): string[];

/** Why this process cannot sign, or null. Provenance is signed by the identity that a workflow is lent. */
export function signingObstacle(env: Readonly<Record<string, string | undefined>>): string | null;
