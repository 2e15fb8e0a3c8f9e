// The tablet's application: which screen is shown, and what goes on by itself.

import { startClock, isWrong, offset, timeText } from "./clock.js";
import { newPlan, showChange } from "./changes.js";
import { fetchPack, forgetOld, readDay } from "./day.js";
import { button, explain, h, say } from "./dom.js";
import { begin } from "./entry.js";
import { showExtra, showPropose, showSign } from "./house.js";
import { showAlways, showDay, showMap } from "./list.js";
import { Revoked, thisDevice } from "./office.js";
import { counts, onChange, send, startSending } from "./outbox.js";
import { current, lock } from "./people.js";
import { watchPosition } from "./place.js";
import { isQuiet, prepare } from "./ready.js";
import { showParts, showReasons } from "./result.js";
import { known } from "./store.js";
import { showSkip, showVisit } from "./visit.js";

const IDLE_MS = 15 * 60_000;
const PACK_EVERY_MS = 5 * 60_000;
let screen = "day";
let subject = null;
let later = false;
let touched = Date.now();

async function go(name, id = null, options = {}) {
  if (!current()) return begin(inside);
  if (name === "lock") { lock(); return begin(inside); }
  if (name === "theme") { theme(document.documentElement.dataset.theme === "night" ? "sun" : "night"); return undefined; }
  if (name === "fetch") { await refresh(); return go("day"); }
  if (options.later) later = true;
  [screen, subject] = [name, id];
  const change = later ? null : await newPlan();
  const day = await readDay();
  if (change && day && name === "day") return showChange(change, day, go);
  const visit = day?.visits.find((one) => one.id === id);
  const stop = day?.stops.find((one) => one.id === id);
  const screens = {
    visit: () => showVisit(day, visit, go), partly: () => showParts(day, visit, go), reasons: () => showReasons(day, visit, go),
    propose: () => showPropose(day, visit, go), extra: () => showExtra(day, visit, go), sign: () => showSign(day, visit, go),
  };
  if (visit && screens[name]) return screens[name]();
  if (stop && name === "skip") return showSkip(day, stop, go);
  if (day && name === "map") return showMap(day, go);
  if (day && name === "always") return showAlways(day, go);
  screen = "day";
  return showDay(day, go);
}

async function inside() {
  touched = Date.now();
  await forgetOld();
  await bar();
  await go("day");
  watchPosition();
  refresh().then((fresh) => (fresh && screen === "day" ? go("day") : undefined)).catch(() => {});
}

// Look for a new pack and the map; true when something may have changed on the screen.
async function refresh() {
  if (!current()) return false;
  try {
    await fetchPack();
    await prepare();
    later = false;
    return true;
  } catch (error) {
    if (error instanceof Revoked) { lock(); await begin(inside); }
    else if (!isQuiet(error)) throw error;
    return false;
  }
}

// The words on every screen: what is safe here, what waits, what is sent, what needs a look.
async function bar() {
  const box = document.getElementById("bar");
  if (!(await thisDevice())) { box.hidden = true; return; }
  const { waiting, check, sentAt } = await counts();
  const words = [waiting ? `tersimpan di tablet, menunggu kirim (${waiting})` : "semua terkirim"];
  if (sentAt) words.push(`terkirim ${timeText(sentAt)}`);
  if (check) words.push(`perlu diperiksa (${check})`);
  if (isWrong()) words.push(`jam tablet salah ${Math.round(Math.abs(offset()) / 60_000)} menit`);
  box.hidden = false;
  box.dataset.waiting = String(waiting);
  box.dataset.check = String(check);
  box.firstElementChild.textContent = words.join(" · ");
}

// A result that was waiting has been sent: say so, unless the person has gone on to something else meanwhile.
async function freshen() {
  const card = document.querySelector(".card.result[data-status=waiting]");
  if (screen !== "visit" || !card || !current()) return;
  const day = await readDay();
  const visit = day?.visits.find((one) => one.id === subject);
  if (card.isConnected && visit && visit.result?.status !== "waiting") showVisit(day, visit, go);
}

// The office shut this tablet out: whatever is on the screen goes.
let isOut = false;
async function shutOut() {
  const out = Boolean(await known("revoked"));
  if (out === isOut) return;
  isOut = out;
  if (out) { lock(); await begin(inside); }
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  try { localStorage.setItem("theme", name); } catch { /* a full disk keeps the old theme */ }
}

async function keepApplication() {
  if (!navigator.serviceWorker) return;
  const kept = await navigator.serviceWorker.register("worker.js", { scope: "./", updateViaCache: "none" });
  const offer = () => {
    if (!kept.waiting || !navigator.serviceWorker.controller) return;
    const box = document.getElementById("update");
    box.replaceChildren("Aplikasi versi baru siap. ", button("Pakai sekarang", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      kept.waiting.postMessage("take-over");
    }));
  };
  offer();
  kept.addEventListener("updatefound", () => kept.installing?.addEventListener("statechange", offer));
}

async function start() {
  theme(localStorage.getItem("theme") ?? "sun");
  document.getElementById("bar").append(h("p", { role: "status" }), button("Kirim", async () => { await send(); await bar(); }));
  await startClock();
  onChange(() => {
    bar().catch(() => {});
    freshen().catch(() => {});
    shutOut().catch(() => {});
  });
  await bar();
  await begin(inside);
  document.documentElement.dataset.ready = "true";
  startSending();
  keepApplication().catch(() => {});
  setInterval(() => refresh().then((fresh) => (fresh && screen === "day" ? go("day") : undefined)).catch(() => {}), PACK_EVERY_MS);
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => { touched = Date.now(); });
  setInterval(() => { if (current() && Date.now() - touched > IDLE_MS) go("lock"); }, 30_000);
}

start().catch((error) => {
  console.error(error);
  say(explain(error), "bad");
});
