/** Keep and share. */
export function KeepView() {
  return <h1>Keep and share</h1>;
}
