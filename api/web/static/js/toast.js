// What was done, at the edge of the page: never takes the focus, waits while one looks at it, and takes the thing back.

import { make, one, say } from "./page.js";
import { takeBack } from "./list.js";

const STAYS = 8;

export function show({ text, undo, more, seconds = STAYS, isBad = false }) {
  const line = make("div", { className: `toast${isBad ? " bad" : ""}` }, make("span", { textContent: text }));
  let left = Math.max(undo ? seconds : STAYS, STAYS);
  let isHeld = false;
  const clock = setInterval(() => { if (!isHeld && --left <= 0) away(); }, 1_000);
  const away = () => { clearInterval(clock); line.remove(); };
  if (more) line.append(make("a", { href: more, textContent: say("why") }));
  if (undo) {
    const button = make("button", { type: "button", textContent: say("undo") });
    button.dataset.key = "z";
    button.addEventListener("click", async () => { away(); show(await takeBack(undo)); });
    line.append(button);
    for (const older of document.querySelectorAll("#toasts [data-key]")) delete older.dataset.key;
  }
  const close = make("button", { type: "button", className: "close", ariaLabel: say("close"), textContent: "×" });
  close.addEventListener("click", away);
  line.append(close);
  for (const [event, held] of [["pointerenter", true], ["focusin", true], ["pointerleave", false], ["focusout", false]])
    line.addEventListener(event, () => (isHeld = held));
  one("#toasts").append(line);
}
