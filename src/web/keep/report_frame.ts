// The frame of a report: a page of its own, as reports bring their style with them and the page's policy allows no style from elsewhere.
// This frame's policy allows styles and embedded pictures, no script but this one, and no request.

addEventListener("message", ({ data, origin, source }: MessageEvent<unknown>) => {
  if (origin !== location.origin || source !== parent || typeof data !== "string") return;
  const report = new DOMParser().parseFromString(data, "text/html");
  document.title = report.title;
  document.head.append(...report.querySelectorAll("style"));
  document.body.replaceChildren(...report.body.childNodes);
});
parent.postMessage("ready", location.origin);
