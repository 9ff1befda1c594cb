/** What people and files get wrong, what the command answers, and its exit code where that is not 2. */
export interface BadInput {
  /** Words behind `tailgrad`; quoted ones may hold spaces. */
  readonly line: string | readonly string[];
  /** A part of the one line on stderr. */
  readonly says: string;
  readonly code?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const MINE = "--dataset mine --data-dir data";
const bad = (line: string | readonly string[], says: string, more: Partial<BadInput> = {}): BadInput => ({
  line,
  says,
  ...more,
});

/** Words of the command line. */
const WORDS: readonly BadInput[] = [
  bad("trian", "unknown command 'trian' (Did you mean train?); see `npx tailgrad --help`"),
  bad("trian --help", "unknown command 'trian' (Did you mean train?); see `npx tailgrad --help`"),
  bad("train rnn", "unknown command 'rnn'"),
  bad("train gann", "unknown command 'gann' (Did you mean gan?)"),
  bad("data show", "unknown command 'show'"),
  bad("--jsn", "unknown option '--jsn'"),
  bad("train gan --imbalnce 1/2", "(Did you mean --imbalance?); see `npx tailgrad train gan --help`"),
  bad("train cnn --tensorbord", "(Did you mean --tensorboard?)"),
  bad("train gan extra", "too many arguments for 'gan'"),
  bad("demo extra", "too many arguments for 'demo'"),
  bad("doctor --quiet", "unknown option '--quiet'"),
  bad("doctor extra", "too many arguments for 'doctor'"),
  bad("explain", "missing required argument 'plan'"),
  bad("explain rnn", "Allowed choices are cgan, cnn"),
  bad("explain cnnn", "Allowed choices are cgan, cnn (Did you mean cnn?); see `npx tailgrad explain --help`"),
  bad("report", "missing required argument 'folder'"),
  bad("watch", "missing required argument 'run'"),
  bad("export --run gan", "required option '--out <file>' not specified"),
  bad("completion", "missing required argument 'shell'"),
  bad("completion powershell", "Allowed choices are bash, zsh, fish"),
  bad("completion bahs", "(Did you mean bash?)"),
  bad("data fetch fashion-mnst", "(Did you mean fashion-mnist?)"),
  bad("data fetch cifar10", "Allowed choices are fashion-mnist, mnist"),
  bad("data fetch mnist --dataset fashion-mnist", "got two data sets, mnist and --dataset fashion-mnist; give one"),
];

/** Values of options. */
const VALUES: readonly BadInput[] = [
  bad("train gan --gan dcgan", "Allowed choices are mlp_cgan_relu, "),
  bad(
    "train gan --gan mlp_cgan_lekay",
    "dccgan_leaky (Did you mean mlp_cgan_leaky?); see `npx tailgrad train gan --help`",
  ),
  bad("train gan --beta1 1", "Give a number from 0 to below 1"),
  bad("train gan --beta1 -0.1", "Give a number from 0 to below 1"),
  bad("train gan --imbalance 2", "Give a ratio above 0 and up to 1"),
  bad("train gan --imbalance 1/0", "Give a ratio above 0 and up to 1"),
  bad("train gan --imbalance half", "Give a ratio above 0 and up to 1"),
  bad("train cnn --epochs 0", "Give a whole number from 1 to 1000000000"),
  bad("train cnn --epochs ten", "Give a whole number from 1 to 1000000000"),
  bad("train cnn --max-steps 1e3", "Give a whole number from 1 to 1000000000"),
  bad("train cnn --max-steps", "option '--max-steps <n>' argument missing"),
  bad("train cnn --batch-size 65537", "Give a whole number from 1 to 65536"),
  bad("train cnn --batch-size 1.5", "Give a whole number from 1 to 65536"),
  bad("train cnn --learning-rate 0", "Give a number above 0 and up to "),
  bad("train cnn --learning-rate nan", "Give a number above 0 and up to "),
  bad("train cnn --learning-rate=-1", "Give a number above 0 and up to "),
  bad("train cnn --seed -1", "Give a whole number of 0 or more"),
  bad("train cnn --seed 99999999999999999999", "Give a whole number from 0 to 9007199254740991"),
  bad("train cnn --checkpoint-every 0", "Give a whole number from 1 to 1000000000"),
  bad("train cnn --tune fast", "Allowed choices are off, on, force"),
  bad("train cnn --loss mse", "Allowed choices are plain, paper"),
  bad("train cnn --tune forec", "(Did you mean force?)"),
  bad("train cnn --loss papr", "(Did you mean paper?)"),
  bad("train cnn --rebalance upsampeld", "(Did you mean upsampled?)"),
  bad("train cnn --rebalance Downsampled", "(Did you mean downsampled?)"),
  bad("train cnn --rebalance smote", "Allowed choices are none, downsampled, "),
  bad("train cnn --toggles a;b", "Give names of Dawn toggles separated by commas"),
  bad("train cnn --toggles Skip_Validation", "Give names of Dawn toggles separated by commas"),
  bad("train cnn --profile trace.txt", "Give a file name that ends in .json"),
  bad("train cnn --check-numerics --profile t.json", "--profile and --check-numerics cannot be used together"),
  bad(["train", "cnn", "--out", ""], "Give a name or path that is not empty"),
  bad(["train", "cnn", "--out", "a\nb"], "has no control characters"),
  bad("generate gan --out grid.jpg", "Give a file name that ends in .png"),
  bad("generate gan --per-class 101", "Give a whole number from 1 to 100"),
  bad("generate gan --scale 0", "Give a whole number from 1 to 10"),
  bad("export gan --out model.pb", "Give a file name that ends in .onnx or .safetensors"),
  bad("explain cnn --wgsl 0", "Give a whole number of 1 or more"),
  bad("explain cnn --wgsl 1 --json", "cannot be used with option '--json'"),
  bad("reproduce --preset large", "Allowed choices are smoke, small, paper"),
  bad("reproduce --preset smal", "(Did you mean small?)"),
  bad("reproduce --experiment midwya", "(Did you mean midway?)"),
  bad("reproduce --experiment 4", "Allowed choices are 1, 2, 3, midway, all"),
  bad("reproduce --gans mlp_cgan_leaky,mlp_cgan_leaky", "Give each value once"),
  bad("reproduce --gans mlp", "Allowed choices are mlp_cgan_relu"),
  bad("reproduce --gans mlp_cgan_relu,mlp_cgan_lekay", "(Did you mean mlp_cgan_leaky?)"),
  bad("generate --weights other.safetensors --model big_mlp_cgan_leeky", "(Did you mean big_mlp_cgan_leaky?)"),
  bad("reproduce --seeds 0", "Give a whole number from 1 to 100"),
  bad("reproduce --jobs 65", "Give a whole number from 1 to 64"),
];

/** Options that do not go together, or need another. */
const TOGETHER: readonly BadInput[] = [
  bad("generate", "no run folder given; name one with --run"),
  bad("generate a --run b", "got two run folders, a and --run b; give one"),
  bad("generate --weights other.safetensors", "does not say of which model; name it with --model"),
  bad("generate --model mlp_cgan_leaky", "give --weights too, or leave it out"),
  bad("evaluate cnn --weights other.safetensors --model cnn", "got a run folder, cnn, and --weights"),
  bad("evaluate --weights other.safetensors --model mlp_cgan_leaky", "which a classifier must judge"),
  bad("evaluate --weights other.safetensors --model cnn --classifier c.safetensors", "leave it out"),
  bad("export --out m.onnx", "export: no run folder given; name one with --run"),
  bad("train cnn --rebalance dccgan_leaky", "run `npx tailgrad train gan --gan dccgan_leaky`"),
  bad("train cnn --rebalance dccgan_leaky --gan-run gan", "contradicts --gan-run gan"),
  bad("train cnn --gan-run gan --dataset mnist", "contradicts --gan-run gan, a run on mine"),
  bad("explain cnn --gan dccgan_leaky", "explain cnn: --gan dccgan_leaky is for plan cgan; leave it out"),
  bad("data info --dataset mine", 'dataset "mine" is not one of garments, fashion-mnist, mnist'),
  bad("data info --dataset fashion-mnst", "(Did you mean fashion-mnist?); name one of them or give --data-dir"),
  bad("data info --data-dir data", "dataset garments is drawn by code and takes no --data-dir"),
];

/** Data sets, run folders, weights and config files. */
const FILES: readonly BadInput[] = [
  bad("data info --dataset mine --data-dir nowhere", "cannot be listed (ENOENT)"),
  bad("data info --dataset mine --data-dir file", "cannot be listed (ENOTDIR)"),
  bad("data info --dataset mine --data-dir empty", "train-images"),
  bad("data info --dataset mine --data-dir data-missing", "labels"),
  bad("data info --dataset mine --data-dir data-cut", "data-cut"),
  bad("data info --dataset mine --data-dir data-long", "data-long"),
  bad("data info --dataset mine --data-dir data-magic", "data-magic"),
  bad("data info --dataset mine --data-dir data-swapped", "data-swapped"),
  bad("data info --dataset mine --data-dir data-gzip", "data-gzip"),
  bad("train cnn --dataset mine --data-dir data-label", "has 201 classes of 28x28 images, but the networks take 10"),
  bad("data info --dataset mine --data-dir data-counts", "19"),
  bad(`train cnn ${MINE} --out file/run`, "a part of the path is a file"),
  bad(`train cnn ${MINE} --out file`, "something else of that name is there already"),
  bad(`train cnn ${MINE} --out data`, "not a run, it has no config.json"),
  bad(`train cnn ${MINE} --out gan`, "holds a GAN's run, not a classifier's; choose another folder"),
  bad(`train gan ${MINE} --out gan`, "holds a run with other options: "),
  bad(`train gan ${MINE} --out run-json`, "config.json: not valid JSON"),
  bad("generate nowhere", "no run here (config.json is missing)"),
  bad("generate cnn", "holds a classifier's run, not a GAN's"),
  bad("generate gan", "has no checkpoint yet; train it first", { code: 2 }),
  bad("generate run-twice", 'holds the key "kind" twice'),
  bad("generate run-key", "run-key"),
  bad("generate run-value", "seed: "),
  bad("generate run-kind", "kind: "),
  bad("generate run-list", "run-list"),
  bad("evaluate gan", "holds a GAN's run, not a classifier's"),
  bad("evaluate file", "a part of the path is a file"),
  bad("export gan --out m.onnx", "has no checkpoint yet; train it first"),
  bad("export damaged --out m.onnx", "damaged"),
  bad("export foreign --out m.onnx", "foreign/checkpoint"),
  bad("export nowhere --out m.onnx", "no run here (config.json is missing)"),
  bad("watch nowhere", "no run here (config.json is missing)"),
  bad("watch run-metrics", "metrics.jsonl"),
  bad("report nowhere", "nowhere"),
  bad("report empty", "empty"),
  bad("report study", "reproduce.json"),
  bad("export --weights none.safetensors --model cnn --out m.onnx", "no such file or folder; check the path"),
  bad("export --weights weights.pt --model cnn --out m.onnx", "Give a file name that ends in .safetensors"),
  bad("export --weights other.safetensors --model cnn --out m.onnx", "other.safetensors"),
  bad("export --weights cut.safetensors --model cnn --out m.onnx", "cut.safetensors"),
  bad("export --weights tail.safetensors --model cnn --out m.onnx", "tail.safetensors"),
  bad("export --weights text.safetensors --model cnn --out m.onnx", "text.safetensors"),
  bad("export --weights void.safetensors --model cnn --out m.onnx", "void.safetensors"),
  bad("export --weights huge.safetensors --model cnn --out m.onnx", "huge.safetensors"),
  bad("train cnn --profile file/trace.json", "file: cannot make this folder"),
  bad("train cnn --config none.json", "--config none.json: no such file; check the path"),
  bad("train cnn --config empty", "Give a file name that ends in .json"),
  bad("train cnn --config torn.json", "not valid JSON"),
  bad("train cnn --config list.json", "list.json: holds a list, not an object of options; write it such as {"),
  bad("train cnn --config key.json", '"sed" is no option of train cnn (Did you mean seed?); take one of'),
  bad("train cnn --config value.json", '"seed": "one" is invalid; give a whole number'),
  bad("train cnn --config choice.json", '"rebalance": "upsampeld" is invalid; allowed choices are none, '),
  bad("train cnn --config choice.json --quiet", "(Did you mean upsampled?)"),
  bad("train cnn --config twice.json", 'holds the key "seed" twice'),
  bad("train cnn --config flag.json", "is neither true nor false"),
  bad("reproduce --config deep.json", '"seed" is an object, not a text, a number, true or false; write it such as {'),
];

/** The environment. */
const ENVIRONMENT: readonly BadInput[] = [
  bad("data info --dataset mnist --offline", "mnist", { env: { XDG_CACHE_HOME: "empty", LOCALAPPDATA: "empty" } }),
  bad("data fetch --offline", "fashion-mnist", { env: { XDG_CACHE_HOME: "file", LOCALAPPDATA: "file" } }),
];

/** The environment on Linux, where drivers are found by files. */
export const LINUX_ONLY: readonly BadInput[] = [
  bad("explain cnn", "no WebGPU adapter was found; run `npx tailgrad doctor`", {
    code: 3,
    env: { VK_DRIVER_FILES: "none.json" },
  }),
  bad("demo --out run-x", "no WebGPU adapter was found; run `npx tailgrad doctor`", {
    code: 3,
    env: { VK_DRIVER_FILES: "file" },
  }),
  bad(`train cnn ${MINE} --out /proc/run`, "/proc/run: cannot make this folder"),
];

/** What is wrong in the command line itself: the answer names the command that shows what is right. */
export const WRONG_CALLS: readonly BadInput[] = [...WORDS, ...VALUES, ...TOGETHER];

export const CASES: readonly BadInput[] = [...WRONG_CALLS, ...FILES, ...ENVIRONMENT];
