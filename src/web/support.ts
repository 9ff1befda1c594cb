import { signal } from "@preact/signals";
import { ask } from "./client.ts";

/** Whether WebGPU works here: not known yet, yes, or why not. */
export const support = signal<"unknown" | "yes" | { readonly problem: string }>("unknown");

/** Opens the device before anybody presses Start, so that pressing it is quick. */
export async function findSupport(): Promise<void> {
  try {
    await ask("deviceOpen", undefined);
    support.value = "yes";
  } catch (error) {
    support.value = { problem: isSecureContext ? causeOf(error) : "the page was not opened over https" };
  }
}

/** What is wrong, without the way out that the library's errors name after it: {@link adviceFor} has this browser's. */
function causeOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/;.*/s, "");
}

/** What to do about it in this browser. */
export function adviceFor(agent: string): string {
  if (!isSecureContext) return "WebGPU needs https, or localhost: open this page by such an address.";
  if (/firefox/i.test(agent)) {
    return "Firefox: WebGPU is on in versions from 141 on Windows and 145 on macOS with Apple silicon; elsewhere take Firefox Nightly, or set dom.webgpu.enabled in about:config.";
  }
  if (/android/i.test(agent)) return "Chrome on Android: WebGPU is on from version 121, on Android 12 or newer.";
  if (/iphone|ipad/i.test(agent)) return "iPhone and iPad: WebGPU is on from iOS 26; update the system.";
  if (/linux/i.test(agent) && /chrom|edg/i.test(agent)) {
    return "Chrome and Chromium on Linux: open chrome://flags, enable “Unsafe WebGPU Support” and “Vulkan”, and restart; chrome://gpu says what the driver lacks.";
  }
  if (/chrom|edg/i.test(agent)) {
    return "Chrome and Edge: WebGPU is on from version 113. Switch on graphics acceleration in the settings, under System; chrome://gpu says what the driver lacks.";
  }
  if (/safari/i.test(agent)) return "Safari: WebGPU is on from version 26.";
  return "Take a current Chrome, Edge, Firefox or Safari.";
}
