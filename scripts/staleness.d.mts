/** What the stamp of an up-to-date node_modules under `root` says: machine and hash of package-lock.json. */
export function packagesStamp(root: string): string;

/** What the stamp of an up-to-date dist under `root` says: the hash of everything that the build reads. */
export function buildStamp(root: string): string;

/** Null when node_modules is as package-lock.json says, else a few words on why it is not. */
export function whyPackagesStale(root: string): string | null;

/** Null when dist is built from the sources as they are, else a few words on why it is not. */
export function whyBuildStale(root: string): string | null;

/** Records that node_modules is up to date. */
export function stampPackages(root: string): void;

/** Records that dist was built from the sources whose `buildStamp` was `stamp` when the build began. */
export function stampBuild(root: string, stamp: string): void;

/** SHA-256 over the paths and bytes of the given files and of all files below the given folders. */
export function hashFiles(root: string, inputs: string[]): string;
