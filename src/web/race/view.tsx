/** Rebalance race. */
export function RaceView() {
  return <h1>Rebalance race</h1>;
}
