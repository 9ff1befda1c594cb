import type { Option } from "commander";

const usual = new WeakMap<Option, readonly string[]>();

/** Notes values that a shell offers for an option which takes others too. Gives the option. */
export function offerValues(option: Option, values: readonly string[]): Option {
  usual.set(option, values);
  return option;
}

/** What {@link offerValues} noted for an option. */
export function usualValues(option: Option): readonly string[] | undefined {
  return usual.get(option);
}
