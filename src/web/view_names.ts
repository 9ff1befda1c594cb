/** The views by the word in the address, in the order of the navigation. */
export const VIEWS = {
  train: "Train",
  race: "Rebalance race",
  inside: "Look inside",
  workshop: "Kernel workshop",
  keep: "Keep & share",
  about: "About",
} as const;
export type ViewName = keyof typeof VIEWS;

export const VIEW_NAMES = Object.keys(VIEWS) as ViewName[];
