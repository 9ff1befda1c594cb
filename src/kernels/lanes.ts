import type { Constants } from "../gpu/launch.ts";

/**
 * Constants of a kernel for subgroups of so many lanes. Of 8, lavapipe makes one instruction of a shuffle to one place and three of a
 * broadcast (products up to half as fast again); of 16 it takes a shuffle apart lane by lane.
 */
export function laneConstants(lanes: number): Constants {
  return lanes === 8 ? { LANES: lanes, "subgroupBroadcast()": "subgroupShuffle" } : { LANES: lanes };
}
