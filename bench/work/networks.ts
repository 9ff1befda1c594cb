/** A fully connected layer of a generator, by the names of its state. */
export interface DenseLayer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: "relu" | "leaky" | "tanh";
  /** Batch normalisation before or after the activation. */
  readonly norm?: { readonly name: string; readonly place: "before" | "after" };
}

const IMAGE = 784;
const NOISE_AND_LABEL = 110;
/** Slope of every leaky ReLU. */
export const SLOPE = 0.2;
/** Share of values that the discriminator's dropouts drop. */
export const DROP = 0.3;

function dense(
  sizes: readonly number[],
  activation: "relu" | "leaky",
  norms: Readonly<Record<number, "before" | "after">> = {},
): DenseLayer[] {
  // A layer takes two places in the generator's list, linear and activation, and one more with a normalisation.
  let place = 0;
  const all = [NOISE_AND_LABEL, ...sizes, IMAGE];
  return all.slice(1).map((outputs, i) => {
    const name = `layers.${place}`;
    const norm = norms[i];
    const normed = norm ? { norm: { name: `layers.${place + (norm === "before" ? 1 : 2)}`, place: norm } } : {};
    place += norm ? 3 : 2;
    return { name, inputs: all[i]!, outputs, activation: i === sizes.length ? "tanh" : activation, ...normed };
  });
}

/** The paper's fully connected generators: (noise 100, label 10) to 784 pixels. */
export const GENERATORS = {
  mlp_cgan_relu: dense([256, 512, 1024], "relu"),
  mlp_cgan_leaky: dense([256, 512, 1024], "leaky"),
  small_mlp_cgan_leaky: dense([256, 512], "leaky"),
  big_mlp_cgan_leaky: dense([256, 384, 512, 768, 1024], "leaky", { 1: "after", 4: "before" }),
} as const satisfies Record<string, readonly DenseLayer[]>;

export type DenseGeneratorName = keyof typeof GENERATORS;

/** The discriminator's layers, sizes from its joined input to the logit. */
export const DISCRIMINATOR = [1, 2, 3, 4].map((i) => {
  const sizes = [794, 1024, 512, 256, 1];
  return { name: `hidden_layer${i}.0`, inputs: sizes[i - 1]!, outputs: sizes[i]! };
});

/** Multiply-adds per image, products only, of one pass. */
export function multiplyAdds(layers: readonly { readonly inputs: number; readonly outputs: number }[]): number {
  return layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
}

/** The CNN's convolutions: name, input and output channels. */
export const CNN_CONVOLUTIONS = [
  ["layers.0", 1, 32],
  ["layers.3", 32, 32],
  ["layers.6", 32, 48],
  ["layers.8", 48, 64],
] as const;
/** The CNN's fully connected layers: name, inputs and outputs. */
export const CNN_LINEARS = [
  ["layers.12", 3136, 128],
  ["layers.14", 128, 10],
] as const;
