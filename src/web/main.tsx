import "@picocss/pico/css/pico.min.css";
import "./page.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { listenForDrops } from "./drop.ts";
import { findSupport } from "./support.ts";

render(<App />, document.getElementById("app")!);
listenForDrops();
findSupport();
