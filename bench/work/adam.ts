import { compile } from "../../src/autograd/compile.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { Adam } from "../../src/models/optim.ts";
import type { Work } from "../contestant.ts";
import { randomArray } from "../data.ts";
import { checkSampled } from "../oracle/elements.ts";
import { adamElement } from "../oracle/ops.ts";
import type { JaxTree } from "../rivals/jax.ts";
import { adamState, adamUpdate, leavesOf } from "../rivals/jax_adam.ts";

/** The discriminator's tensors, by name. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  label: [10, 10],
  weight1: [1024, 794],
  bias1: [1024],
  weight2: [512, 1024],
  bias2: [512],
  weight3: [256, 512],
  bias3: [256],
  weight4: [1, 256],
  bias4: [1],
};
const NAMES = Object.keys(SHAPES);
const VALUES = NAMES.reduce((sum, name) => sum + sizeOf(SHAPES[name]!), 0);
const RATE = 1e-3;
const CHECKED_STEPS = 3;

const start = (name: string) => randomArray(sizeOf(SHAPES[name]!), 1 + NAMES.indexOf(name));
const gradient = (name: string) => randomArray(sizeOf(SHAPES[name]!), 100 + NAMES.indexOf(name));

/** Checks parameters after CHECKED_STEPS steps. */
function check(who: string, name: string, values: Float32Array): void {
  const element = adamElement(start(name), gradient(name), RATE, CHECKED_STEPS);
  checkSampled(`Adam (${who}): ${name}`, values, sizeOf(SHAPES[name]!), element);
}

/** One step of Adam on the discriminator's parameters, from gradients that are there. */
export const ADAM: Work = {
  name: `Adam, ${NAMES.length} tensors, ${(VALUES / 1e6).toFixed(2)} million values`,
  group: "other ops",
  // Value, gradient and both moments are read, all but the gradient written.
  bytes: 4 * VALUES * 7,
  ours: {
    async tailgrad(device) {
      const params = NAMES.map((name) => new Variable(start(name), SHAPES[name]!, { name }));
      const gradients = NAMES.map((name) => new Variable(gradient(name), SHAPES[name]!, { name: `${name} gradient` }));
      const adam = new Adam(params, { lr: RATE });
      const step = await compile(device, () => {
        adam.step(gradients);
        return {};
      });
      return {
        async run(times) {
          step.run(times);
          await device.settle();
        },
        async check() {
          step.run(CHECKED_STEPS);
          for (const param of params) check("tailgrad", param.name, (await param.read()) as Float32Array);
        },
        dispose() {
          step.destroy();
          for (const variable of [...params, ...gradients, ...adam.stateDict().values()]) variable.destroy();
        },
      };
    },
  },
  async tfjs({ tf, name: backend, settle }) {
    const variables = NAMES.map((name) => tf.tidy(() => tf.variable(tf.tensor(start(name), [...SHAPES[name]!]), true)));
    const gradients = variables.map(({ name }, i) => ({
      name,
      tensor: tf.tensor(gradient(NAMES[i]!), [...SHAPES[NAMES[i]!]!]),
    }));
    const adam = tf.train.adam(RATE, 0.9, 0.999, 1e-8);
    const step = () => tf.tidy(() => adam.applyGradients(gradients));
    return {
      async run(times) {
        for (let i = 0; i < times; i++) step();
        await settle();
      },
      async check() {
        for (let i = 0; i < CHECKED_STEPS; i++) step();
        for (const [i, variable] of variables.entries()) {
          check(`tfjs ${backend}`, NAMES[i]!, (await variable.data()) as Float32Array);
        }
      },
      dispose() {
        adam.dispose();
        tf.dispose(variables);
        tf.dispose(gradients.map(({ tensor }) => tensor));
      },
    };
  },
  async jax(rival) {
    const { jax, device, settle } = rival;
    const upload = (values: (name: string) => Float32Array<ArrayBuffer>): JaxTree =>
      Object.fromEntries(NAMES.map((name) => [name, jax.numpy.array(values(name), { shape: [...SHAPES[name]!] })]));
    const gradients = upload(gradient);
    let state = adamState(rival, upload(start));
    const step = jax.jit((before: typeof state, arriving: JaxTree) => adamUpdate(rival, before, arriving, RATE));
    const advance = () => {
      state = step(state, jax.tree.ref(gradients)) as typeof state;
    };
    return {
      async run(times) {
        for (let i = 0; i < times; i++) advance();
        await settle([leavesOf(rival, state)]);
      },
      async check() {
        for (let i = 0; i < CHECKED_STEPS; i++) advance();
        for (const name of NAMES) {
          check(`jax-js ${device}`, name, (await state.params[name]!.ref.data()) as Float32Array);
        }
      },
      dispose() {
        jax.tree.dispose([state, gradients]);
        step.dispose();
      },
    };
  },
};
