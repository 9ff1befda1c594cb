/** Kernel workshop: ladders and exercises. */
export function WorkshopView() {
  return <h1>Kernel workshop</h1>;
}
