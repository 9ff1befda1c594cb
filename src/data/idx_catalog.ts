/** The IDX data sets known by name: their classes, their files' checksums and where they can be fetched. */
import { FASHION_CLASS_NAMES } from "./dataset.ts";

/** The four files of an IDX data set, by the stem that MNIST gave them. */
export const IDX_STEMS = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
} as const;

export type IdxPart = keyof typeof IDX_STEMS;

/** The parts in the order in which they are looked for and fetched. */
export const IDX_PARTS = Object.keys(IDX_STEMS) as IdxPart[];

export interface KnownDataset {
  name: string;
  classNames: readonly string[];
  /** sha256 of each file after decompression. */
  sha256: Readonly<Record<IdxPart, string>>;
  /** Sizes after decompression, in bytes. */
  sizeBytes: Readonly<Record<IdxPart, number>>;
  /** Base addresses, tried in turn; `<stem>.gz` is appended. */
  mirrors: readonly string[];
}

const SIZES: Readonly<Record<IdxPart, number>> = {
  trainImages: 16 + 60_000 * 784,
  trainLabels: 8 + 60_000,
  testImages: 16 + 10_000 * 784,
  testLabels: 8 + 10_000,
};

/** Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms". */
const FASHION_MNIST: KnownDataset = {
  name: "fashion-mnist",
  classNames: FASHION_CLASS_NAMES,
  sha256: {
    trainImages: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    trainLabels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    testImages: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    testLabels: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  },
  sizeBytes: SIZES,
  // The authors' repository, then the copy that Keras serves. Their S3 site speaks plain http only and is left out.
  mirrors: [
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
  ],
};

/** LeCun, Cortes and Burges, "The MNIST database of handwritten digits". */
const MNIST: KnownDataset = {
  name: "mnist",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  sha256: {
    trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
  sizeBytes: SIZES,
  mirrors: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
};

/** Every data set that can be fetched, by name. */
export const KNOWN_DATASETS: ReadonlyMap<string, KnownDataset> = new Map(
  [FASHION_MNIST, MNIST].map((known) => [known.name, known]),
);
