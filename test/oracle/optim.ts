/** Updates of one parameter in float64, by the pseudo-code of PyTorch's documentation. */
export interface OptimizerOracle {
  readonly param: Float64Array;
  step(grad: Float64Array, lr: number): void;
}

export function sgdOracle(start: ArrayLike<number>, momentum = 0, weightDecay = 0, nesterov = false): OptimizerOracle {
  const param = Float64Array.from(start);
  const buffer = new Float64Array(param.length);
  return {
    param,
    step(grad, lr) {
      for (let i = 0; i < param.length; i++) {
        let g = grad[i]! + weightDecay * param[i]!;
        if (momentum !== 0) {
          buffer[i] = momentum * buffer[i]! + g;
          g = nesterov ? g + momentum * buffer[i]! : buffer[i]!;
        }
        param[i]! -= lr * g;
      }
    },
  };
}

export function adamOracle(
  start: ArrayLike<number>,
  betas: readonly [number, number] = [0.9, 0.999],
  eps = 1e-8,
  weightDecay = 0,
  decoupled = false,
  stepsDone = 0,
): OptimizerOracle {
  const param = Float64Array.from(start);
  const expAvg = new Float64Array(param.length);
  const expAvgSq = new Float64Array(param.length);
  let t = stepsDone;
  return {
    param,
    step(grad, lr) {
      t++;
      for (let i = 0; i < param.length; i++) {
        let g = grad[i]!;
        if (decoupled) param[i]! *= 1 - lr * weightDecay;
        else g += weightDecay * param[i]!;
        expAvg[i] = betas[0] * expAvg[i]! + (1 - betas[0]) * g;
        expAvgSq[i] = betas[1] * expAvgSq[i]! + (1 - betas[1]) * g * g;
        const denominator = Math.sqrt(expAvgSq[i]!) / Math.sqrt(1 - betas[1] ** t) + eps;
        param[i]! -= ((lr / (1 - betas[0] ** t)) * expAvg[i]!) / denominator;
      }
    },
  };
}
