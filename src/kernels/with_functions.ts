import type { ShaderSource } from "../gpu/launch.ts";

/**
 * A kernel's text followed by the functions it calls from other files. They come after it, so that the line numbers of
 * error messages are those of the kernel's own file.
 */
export function withFunctions(kernel: ShaderSource, ...functions: readonly ShaderSource[]): ShaderSource {
  const { file, original = kernel.code } = kernel;
  return { file, code: [kernel, ...functions].map(({ code }) => code).join("\n"), original };
}
