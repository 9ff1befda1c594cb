import type { Jax, JaxArray, JaxTree } from "./jax.ts";

/** Parameters, their moments and the number of steps done, as one tree that a jitted step maps to the next. */
export type AdamState = { params: JaxTree; first: JaxTree; second: JaxTree; steps: JaxArray };

/** Zero moments for these parameters, which the state takes over. */
export function adamState({ jax }: Jax, params: JaxTree): AdamState {
  const zeros = () =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, jax.numpy.zerosLike(value.ref)]));
  return { params, first: zeros(), second: zeros(), steps: jax.numpy.array(new Float32Array(1), { shape: [] }) };
}

/** One step of Adam (betas 0.9 and 0.999, epsilon 1e-8) inside a jitted function. Takes over both arguments. */
export function adamUpdate({ jax }: Jax, state: AdamState, gradients: JaxTree, learningRate: number): AdamState {
  const { numpy: np } = jax;
  const steps = state.steps.add(1);
  const correction = (beta: number) => np.subtract(1, np.power(beta, steps.ref));
  const rate = np.sqrt(correction(0.999)).mul(learningRate).div(correction(0.9));
  const epsilon = np.sqrt(correction(0.999)).mul(1e-8);
  const next: AdamState = { params: {}, first: {}, second: {}, steps };
  for (const [name, gradient] of Object.entries(gradients)) {
    const first = state.first[name]!.mul(0.9).add(gradient.ref.mul(0.1));
    const second = state.second[name]!.mul(0.999).add(np.square(gradient).mul(0.001));
    next.params[name] = state.params[name]!.sub(first.ref.mul(rate.ref).div(np.sqrt(second.ref).add(epsilon.ref)));
    next.first[name] = first;
    next.second[name] = second;
  }
  rate.dispose();
  epsilon.dispose();
  return next;
}

/** All arrays of a state. */
export function leavesOf({ jax }: Jax, state: AdamState | AdamState[]): JaxArray[] {
  return jax.tree.leaves(state as never) as JaxArray[];
}
