/**
 * A link to the file of this project that does what a text is about. The texts lie beside the page (`src/...txt`), so that the link works
 * wherever the page is served. `file` is a path from the root of the repository, `src/kernels/matmul/tiled.wgsl`.
 */
export function SourceLink({ file, label }: { readonly file: string; readonly label?: string }) {
  return (
    <a class="source" href={`./${file}.txt`} target="_blank" rel="noopener">
      {label ?? file}
    </a>
  );
}
