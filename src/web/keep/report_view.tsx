import { useEffect, useRef } from "preact/hooks";
import { download } from "./download.ts";
import { reading, report, reportFailure, takeFolder } from "./report_store.ts";

/** The report of a dropped run folder. */
export function ReportPart() {
  const shown = report.value;
  return (
    <section class="panel">
      <h2>Open a run folder</h2>
      <p>
        Drop a folder of <code>tailgrad train</code>, <code>demo</code> or <code>reproduce</code> anywhere on this page,
        or choose one. It is read here and sent nowhere.
      </p>
      <label class="file-button">
        Choose a folder
        <input
          type="file"
          multiple
          ref={(input) => input?.setAttribute("webkitdirectory", "")}
          onChange={({ currentTarget }) => {
            const files = [...(currentTarget.files ?? [])].map((file) => ({ path: file.webkitRelativePath, file }));
            currentTarget.value = "";
            takeFolder(files[0]?.path.split("/")[0] ?? "folder", async () => files);
          }}
        />
      </label>
      {reading.value && <p role="status">Reading the folder</p>}
      {reportFailure.value && (
        <p role="alert" class="problem">
          {reportFailure.value}
        </p>
      )}
      {shown && (
        <>
          <p>
            <button
              type="button"
              class="secondary"
              onClick={() => download(`${shown.title}.html`, shown.page, "text/html")}
            >
              Save the report
            </button>
          </p>
          <ReportFrame title={shown.title} page={shown.page} />
        </>
      )}
    </section>
  );
}

function ReportFrame({ title, page }: { readonly title: string; readonly page: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const show = () => frame.current?.contentWindow?.postMessage(page, location.origin);
    const listen = ({ source, data }: MessageEvent<unknown>) => {
      if (source === frame.current?.contentWindow && data === "ready") show();
    };
    addEventListener("message", listen);
    show();
    return () => removeEventListener("message", listen);
  }, [page]);
  return <iframe ref={frame} class="report" src="./report.html" title={`Report of ${title}`} />;
}
