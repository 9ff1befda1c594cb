import { grid, type Launch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { withFunctions } from "../with_functions.ts";
import fieldSource from "./field.wgsl";
import source from "./render.wgsl";

const WORKGROUP = 64;

/** Primitives that a scene may have. */
export const MOST_PRIMITIVES = 24;
/** Numbers of a scene's head, and of each of its primitives: see field.wgsl. */
export const HEAD_SIZE = 4;
export const PRIMITIVE_SIZE = 20;
export const SCENE_SIZE = HEAD_SIZE + MOST_PRIMITIVES * PRIMITIVE_SIZE;
/** Numbers of a camera: the upper three rows of its camera-to-world matrix. */
export const CAMERA_SIZE = 12;

/** Launches views of `scene` from `cameras` (f32 [views, 12]); out is u32 [views, side, side], RGBA bytes. */
export function launchRender(scene: View, cameras: View, out: View): Launch {
  const [, side = 0] = out.shape;
  const pixels = sizeOf(out.shape);
  return {
    kernel: "render",
    variant: "",
    shader: withFunctions(specialize(source, { WORKGROUP }), specialize(fieldSource, { MOST_PRIMITIVES })),
    params: u32Params(side, pixels),
    bindings: [
      { view: scene, access: "read" },
      { view: cameras, access: "read" },
      { view: out, access: "write" },
    ],
    workgroups: grid(Math.ceil(pixels / WORKGROUP)),
    // Depends on the scene: no figure would be right.
    flops: 0,
  };
}
