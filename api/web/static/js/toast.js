// What was done, at the edge of the page: never takes the focus, waits while one looks at it, and takes the thing back.

import { all, make, one, say } from "./page.js";
import { takeBack } from "./list.js";

export function show({ text, undo, more, seconds, isBad = false }) {
  const line = make("div", { className: isBad ? "toast bad" : "toast" }, make("span", { textContent: text }));
  let left = undo ? seconds : 8;
  const clock = setInterval(() => { if (!line.matches(":hover, :focus-within") && --left <= 0) away(); }, 1_000);
  const away = () => { clearInterval(clock); line.remove(); };
  const button = (properties, act) => {
    const made = make("button", { type: "button", ...properties });
    made.addEventListener("click", () => { away(); act?.(); });
    line.append(made);
    return made;
  };
  if (more) line.append(make("a", { href: more, textContent: say("why") }));
  if (undo) {
    for (const older of all("#toasts [data-key]")) delete older.dataset.key;
    button({ textContent: say("undo") }, async () => show(await takeBack(undo))).dataset.key = "z";
  }
  button({ ariaLabel: say("close"), textContent: "×" });
  one("#toasts").append(line);
}
