/** Fits a line, as a stranger would. `tailgrad` is the library, however it came here. */
export async function train(tailgrad, device) {
  const { Adam, add, advance, compile, grad, mean, mul, newClock, square, sub, uniform, Variable } = tailgrad;
  const slope = new Variable(Float32Array.of(0), [1], { name: "slope" });
  const offset = new Variable(Float32Array.of(0), [1], { name: "offset" });
  const adam = new Adam([slope, offset], { lr: 0.05 });
  const clock = newClock();
  const step = await compile(device, () => {
    const x = uniform([256], { seed: 1, clock });
    const loss = mean(square(sub(add(mul(x, slope), offset), add(mul(x, 3), -1))));
    adam.step(grad(loss, [slope, offset]));
    advance(clock);
    return { loss };
  });
  step.run(400);
  const [a, b] = [(await slope.read())[0], (await offset.read())[0]];
  device.destroy();
  return `slope ${a.toFixed(2)} offset ${b.toFixed(2)}`;
}
