/** A kernel file as the build imports it: see wgsl_plugin.ts. */
declare module "*.wgsl" {
  const source: { readonly file: string; readonly code: string };
  export default source;
}
