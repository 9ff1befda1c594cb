/** A loss for people: four decimals, or the exponent form from 100,000 on, where a diverging training soon has many digits. */
export function showLoss(loss: number): string {
  return Math.abs(loss) < 1e5 ? loss.toFixed(4) : loss.toExponential(1);
}
