/** About. */
export function AboutView() {
  return <h1>About</h1>;
}
