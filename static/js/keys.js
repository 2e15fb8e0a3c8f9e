// Keys for those who work through a queue. They only move the focus or tick a box: nothing is decided by a key alone.
// No key with Ctrl, Alt or Meta is taken, none while somebody types, and all can be switched off (WCAG 2.1.4).
const SWITCH = "sambang-keys";

export default function keys(element) {
  const rows = () => [...element.querySelectorAll("tbody tr")];
  let on = localStorage.getItem(SWITCH) !== "off";
  const box = document.querySelector("[data-keys-switch]");
  const button = box?.querySelector("button");
  const show = () => {
    button.textContent = on ? button.dataset.on : button.dataset.off;
    button.setAttribute("aria-pressed", String(on));
  };
  if (box) {
    box.hidden = false;
    show();
    button.addEventListener("click", () => {
      on = !on;
      localStorage.setItem(SWITCH, on ? "on" : "off");
      show();
    });
  }
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const to = (place) => {
    const link = rows()[place]?.querySelector("th a");
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  };
  const focusOn = (name) => {
    const target = document.querySelector(`[data-key="${name}"]`);
    target?.focus();
    target?.scrollIntoView({ block: "nearest" });
    return Boolean(target);
  };
  const act = {
    j: () => to(Math.min(here() + 1, rows().length - 1)),
    k: () => to(Math.max(here() - 1, 0)),
    x: () => rows()[here()]?.querySelector("input[type=checkbox]")?.click(),
    "/": () => document.getElementById("find")?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (typing) return;
    const known = act[event.key];
    if (known) known();
    else if (!focusOn(event.key)) return;
    event.preventDefault();
  });
}
