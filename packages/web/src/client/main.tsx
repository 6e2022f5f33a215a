import "./styles.css";
import { render } from "preact";
import { keepFocus } from "./base/keep-focus.ts";
import { followLinks } from "./base/router.ts";
import { startOffline } from "./offline/start.ts";
import { App } from "./shell/app.tsx";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element #app to show the app in.");
document.addEventListener("click", followLinks);
keepFocus();
render(<App />, root);
startOffline();
