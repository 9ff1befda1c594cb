import { compileOnce } from "../../autograd/compile.ts";
import type { HostArray } from "../../autograd/host_array.ts";
import { recordOne } from "../../autograd/record.ts";
import type { Step } from "../../autograd/step.ts";
import { type Tensor, Variable } from "../../autograd/tensor.ts";
import type { Device } from "../../gpu/device.ts";
import { CAMERA_SIZE, launchRender, SCENE_SIZE } from "../../kernels/render/render.ts";
import type { Pose } from "./poses.ts";
import { type Primitive, packScene } from "./scene.ts";

/** Views of one dispatch: on two CPU cores one of 224 x 224 takes half a second. */
const VIEWS = 4;

/** Draws views of scenes, all square and of one size; compiled once. */
export class Renderer {
  readonly #scene = new Variable(new Float32Array(SCENE_SIZE), [SCENE_SIZE], { name: "scene", requiresGrad: false });
  readonly #cameras = new Variable(new Float32Array(VIEWS * CAMERA_SIZE), [VIEWS, CAMERA_SIZE], {
    name: "cameras",
    requiresGrad: false,
  });
  #step: Step<{ views: Tensor }> | undefined;

  private constructor(private readonly side: number) {}

  static async create(device: Device, side: number): Promise<Renderer> {
    const renderer = new Renderer(side);
    const scene = renderer.#scene;
    const cameras = renderer.#cameras;
    renderer.#step = await compileOnce(device, () => ({
      views: recordOne({
        op: "render",
        inputs: [scene, cameras],
        shape: [VIEWS, side, side],
        dtype: "u32",
        lower: (out) => [launchRender(scene, cameras, out)],
      }),
    }));
    return renderer;
  }

  /** One picture per pose: side x side RGB bytes, row by row. */
  async render(scene: readonly Primitive[], cameraAngle: number, poses: readonly Pose[]): Promise<Uint8Array[]> {
    const pixels = this.side * this.side;
    this.#scene.write(packScene(scene, cameraAngle));
    const pictures: Uint8Array[] = [];
    for (let first = 0; first < poses.length; first += VIEWS) {
      const some = poses.slice(first, first + VIEWS);
      const cameras = new Float32Array(VIEWS * CAMERA_SIZE);
      some.forEach((pose, i) => {
        cameras.set(pose.slice(0, 3).flat(), i * CAMERA_SIZE);
      });
      this.#cameras.write(cameras);
      this.#step!.run(1);
      const views = await this.#step!.read("views");
      pictures.push(...some.map((_, i) => rgbOf(views.subarray(i * pixels, (i + 1) * pixels))));
    }
    return pictures;
  }

  destroy(): void {
    this.#step?.destroy();
    this.#scene.destroy();
    this.#cameras.destroy();
  }
}

function rgbOf(pixels: HostArray): Uint8Array {
  const bytes = new Uint8Array(pixels.length * 3);
  pixels.forEach((pixel, i) => {
    bytes[3 * i] = pixel & 255;
    bytes[3 * i + 1] = (pixel >>> 8) & 255;
    bytes[3 * i + 2] = (pixel >>> 16) & 255;
  });
  return bytes;
}
