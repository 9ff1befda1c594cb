/** Look inside: the plan of a step, down to one number. */
export function InsideView() {
  return <h1>Look inside</h1>;
}
