// Single keys, when no field has the focus; never with Alt. Every one has a visible control, which carries it as data-key.

import { all, config, isWide, on, one, openPalette } from "./page.js";
import { mark, open, refresh, step } from "./list.js";

const PLACES = { q: "/tickets", m: "/tickets?view=mine", s: "/search", n: "/notifications" };
const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => open(),
  Enter: () => document.activeElement === document.body && open(),
  x: () => mark(false),
  X: () => mark(true),
  ".": () => refresh(),
  "[": () => one(".views a[aria-current]")?.focus(),
};
let isGoing = false;

const isField = (element) => element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");

function controlOf(key) {
  const found = all(`[data-key="${CSS.escape(key)}"]`);
  return found.find((each) => each.checkVisibility()) ?? found[0];
}

// Press a control as a person would: fields take the focus, what folds opens.
export function activate(control) {
  if (isField(control)) {
    control.focus();
    // where it may not, the focus is enough
    if (control.matches("select")) try { control.showPicker(); } catch {}
    else control.select?.();
  } else if (control.matches("summary")) {
    if (!control.parentElement.open) control.click();
    (one("textarea, select, input:not([type=hidden])", control.parentElement) ?? control).focus();
  } else control.click();
}

on("keydown", (event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if ((ctrlKey || metaKey) && key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (key === "F6") {
    event.preventDefault();
    one("#toasts").focus();
  }
  if (key === "Escape" && isField(target) && !target.closest("dialog")) target.blur();
  if (!config.keys || ctrlKey || metaKey || altKey || event.defaultPrevented || isField(target) || one("dialog[open], #drawer:popover-open")) return;
  if (isGoing && PLACES[key]) return location.assign(PLACES[key]);
  isGoing = key === "g";
  const control = !ACTIONS[key] && controlOf(key);
  if (key === "]" && isWide() && !control?.checkVisibility()) one("#side select, #side a")?.focus();
  else if (control) activate(control);
  else if (!ACTIONS[key] || ACTIONS[key]() === false) return;
  if (key !== "Enter") event.preventDefault();
});
