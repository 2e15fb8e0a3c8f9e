// Making elements without any markup in strings: what a village wrote can never become script.

export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [type, act] of Object.entries(value)) element.addEventListener(type, act);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const button = (words, act, attributes = {}, look = "") =>
  h(`button${look ? `.${look}` : ""}`, { type: "button", ...attributes, on: { click: once(act) } }, words);

// A button that acts once for two fast taps; the words of what went wrong stand beside it.
function once(act) {
  let busy = false;
  return async (event) => {
    if (busy) return;
    busy = true;
    const target = event.currentTarget;
    target.setAttribute("aria-busy", "true");
    try {
      await act(event);
    } catch (error) {
      console.error(error);
      say(explain(error), "bad");
    } finally {
      busy = false;
      target.removeAttribute("aria-busy");
    }
  };
}

export function explain(error) {
  if (error?.name === "QuotaExceededError") return "Penyimpanan tablet penuh. Catatan ini BELUM tersimpan. Hapus foto atau aplikasi lain, lalu coba lagi.";
  if (error?.name === "AbortError" || error?.name === "InvalidStateError") return "Catatan ini BELUM tersimpan. Coba lagi.";
  return error?.message && error.name === "Error" ? error.message : "Belum berhasil. Coba lagi.";
}

let fading = 0;
export function say(words, tone = "good") {
  const box = document.getElementById("said");
  box.className = tone;
  box.textContent = words;
  clearTimeout(fading);
  fading = setTimeout(() => { box.textContent = ""; }, 5_000);
}

export function show(...children) {
  const app = document.getElementById("app");
  app.replaceChildren(...children.flat(Infinity).filter(Boolean));
  scrollTo(0, 0);
  app.querySelector("[data-focus]")?.focus();
}

export const field = (label, input, hint) => h("label.field", {}, h("span", {}, label), hint ? h("small", {}, hint) : null, input);

export function choices(name, options, chosen, act) {
  return h("div.choices", { role: "radiogroup", "aria-label": name }, options.map(({ code, label, hint }) => {
    const option = button([h("b", {}, label), hint ? h("small", {}, hint) : null], () => {
      for (const other of option.parentElement.children) other.setAttribute("aria-checked", String(other === option));
      act(code);
    }, { role: "radio", "aria-checked": String(code === chosen), data: { code } }, "choice");
    return option;
  }));
}
