import { tmpdir } from "node:os";
import { type Browser, chromium } from "playwright-core";

export const MISSING =
  "no Chromium was found: install one (Debian and Ubuntu: apt-get install chromium), or set CHROMIUM to its path";

const COMMON = [
  "--no-sandbox",
  // It ends a GPU process that is busy for 15 s, which software adapters are when they compile large kernels.
  "--disable-gpu-watchdog",
  "--enable-unsafe-webgpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-vulkan-surface",
  "--enable-features=Vulkan",
];
/** Chromium takes the machine's GPU, or brings its own software adapter where there is none. */
const ADAPTER_FLAGS = {
  default: ["--use-angle=vulkan", "--ignore-gpu-blocklist"],
  swiftshader: ["--use-vulkan=swiftshader", "--use-webgpu-adapter=swiftshader"],
} as const;
export type AdapterChoice = keyof typeof ADAPTER_FLAGS;

/** Starts a headless Chromium with WebGPU and a fresh profile. */
export function launch(executablePath: string, adapter: AdapterChoice, toggles: readonly string[]): Promise<Browser> {
  // The Vulkan loader prints an error line per call without it.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const features = toggles.length > 0 ? [`--enable-dawn-features=${toggles.join(",")}`] : [];
  return chromium.launch({
    executablePath,
    args: [...COMMON, ...ADAPTER_FLAGS[adapter], ...features],
    timeout: 120_000,
  });
}
