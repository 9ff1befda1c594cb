/** A package as it is installed. */
export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
}

export interface Licences {
  /** What users of tailgrad install. */
  readonly production: readonly LicensedPackage[];
  /** The direct development dependencies. */
  readonly development: readonly LicensedPackage[];
  /** Packages whose code stands in dist/ itself, with their terms. */
  readonly bundled: readonly { readonly name: string; readonly text: string }[];
}

/** What the list is kept in, beside package.json. */
export const LICENCE_FILE: string;

/** Each of these packages once per version, by name: those that users install, and the direct development dependencies. */
export function licencesOf(root: string): Licences;

/** The text of the list. */
export function licenceText(licences: Licences): string;
