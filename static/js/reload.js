// A page that tells how a day stands is loaded again by itself, but never from under somebody who is at a control of it.
const EVERY_MS = 60_000;

export default function reload() {
  setInterval(() => {
    const busy = document.querySelector("main")?.contains(document.activeElement) || String(getSelection());
    if (!busy && document.visibilityState === "visible" && navigator.onLine) location.reload();
  }, EVERY_MS);
}
