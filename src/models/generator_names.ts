/** Names of the paper's generators, as in its Table 1 (dccgan_leaky is in the authors' code only). */
export const GENERATOR_NAMES = [
  "mlp_cgan_relu",
  "mlp_cgan_leaky",
  "small_mlp_cgan_leaky",
  "big_mlp_cgan_leaky",
  "dccgan_leaky",
] as const;
/** Name of a generator. */
export type GeneratorName = (typeof GENERATOR_NAMES)[number];
