// The tablet's application: which screen is shown, and what goes on by itself.

import { startClock, isBehind, isWrong, offset, timeText } from "./clock.js";
import { newPlan, showChange } from "./changes.js";
import { fetchPack, forgetOld, readDay } from "./day.js";
import { button, explain, h, say } from "./dom.js";
import { begin } from "./entry.js";
import { showExtra, showPropose, showSign } from "./house.js";
import { showAlways, showDay, showMap } from "./list.js";
import { Revoked, thisDevice } from "./office.js";
import { counts } from "./outbox.js";
import { current, lock } from "./people.js";
import { showPhoto } from "./photo.js";
import { watchPosition } from "./place.js";
import { fetchHouses, freshenCard, isQuiet, prepare } from "./ready.js";
import { showParts, showReasons } from "./result.js";
import { fetchRoads } from "./roads.js";
import { onChange, send, startSending } from "./sending.js";
import { known } from "./store.js";
import { showSkip, showVisit } from "./visit.js";

const IDLE_MS = 15 * 60_000;
const PACK_EVERY_MS = 5 * 60_000;
let screen = "day";
let subject = null;
let later = false;
let touched = Date.now();
let turns = 0;

// Show a screen, unless the person has gone on to another one while this one was being read.
async function go(name, id = null, options = {}) {
  if (!current()) return begin(inside);
  if (name === "lock") { lock(); return begin(inside); }
  if (name === "theme") { theme(document.documentElement.dataset.theme === "night" ? "sun" : "night"); return undefined; }
  if (name === "fetch") { later = false; await refresh(); return go("day"); }
  if (options.later) later = true;
  [screen, subject] = [name, id];
  turns += 1;
  const mine = turns;
  const isPast = () => mine !== turns;
  const change = await newPlan();
  const day = await readDay();
  if (isPast()) return undefined;
  if (change && day && (name === "changes" || (name === "day" && !later))) return showChange(change, day, go);
  const visit = day?.visits.find((one) => one.id === id);
  const stop = day?.stops.find((one) => one.id === id);
  const screens = {
    visit: () => showVisit(day, visit, go, isPast), partly: () => showParts(day, visit, go), reasons: () => showReasons(day, visit, go),
    propose: () => showPropose(day, visit, go), extra: () => showExtra(day, visit, go), sign: () => showSign(day, visit, go),
    photo: () => showPhoto(day, visit, go),
  };
  if (visit && screens[name]) return screens[name]();
  if (stop && name === "skip") return showSkip(day, stop, go);
  if (day && name === "map") return showMap(day, go);
  if (day && name === "always") return showAlways(day, go);
  screen = "day";
  return showDay(day, go, { change, isPast });
}

async function inside() {
  touched = Date.now();
  await forgetOld();
  await bar();
  await go("day");
  watchPosition();
  look();
}

// Look for a new pack, the map and the photos; true when what the list shows may have changed. The pack and the map come
// with nobody unlocked as well, so that they are there in the morning.
async function refresh() {
  if (!(await thisDevice()) || (await known("revoked"))) return false;
  try {
    const { fresh, left } = await fetchPack();
    if (left && !current()) { await begin(inside); return false; }
    await prepare();
    const pictured = current() ? await fetchHouses(await readDay()) : false;
    keepRoads();
    if (fresh) later = false;
    return Boolean(current()) && (fresh || pictured);
  } catch (error) {
    if (error instanceof Revoked) { lock(); await begin(inside); }
    else if (!isQuiet(error)) throw error;
    return false;
  }
}

// The roads are heavy and only help: nothing waits for them, and they are fetched once at a time.
let roads = null;
function keepRoads() {
  roads ??= fetchRoads().then(async () => {
    if (current() && screen === "day") await freshenCard(await readDay());
  }).catch((error) => { if (!isQuiet(error)) console.error(error); }).finally(() => { roads = null; });
}

// What goes on by itself: yesterday is forgotten, today is asked for, and the list is drawn anew where it is looked at.
let looking = Promise.resolve();
function look() {
  looking = looking.then(lookOnce);
  return looking;
}

async function lookOnce() {
  try {
    const isOver = await forgetOld();
    const fresh = await refresh();
    if (!current() || screen !== "day") return;
    if (isOver || fresh) await go("day");
    else await freshenCard(await readDay());
  } catch (error) { console.error(error); }
}

// The words on every screen: what is safe here, what waits, what is sent, what needs a look.
async function bar() {
  const box = document.getElementById("bar");
  if (!(await thisDevice())) { box.hidden = true; return; }
  const { waiting, photos, check, sentAt } = await counts();
  const words = [waiting ? `tersimpan di tablet, menunggu kirim (${waiting})` : "semua catatan terkirim"];
  if (photos) words.push(`foto menunggu kirim (${photos})`);
  if (sentAt) words.push(`terkirim ${timeText(sentAt)}`);
  if (check) words.push(`perlu diperiksa (${check})`);
  if (isBehind()) words.push("jam tablet mundur");
  else if (isWrong()) words.push(`jam tablet salah ${Math.round(Math.abs(offset()) / 60_000)} menit`);
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
  if (card.isConnected && visit && visit.result?.status !== "waiting") showVisit(day, visit, go, () => !card.isConnected);
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
  const kept = await navigator.serviceWorker.register("worker.js", { scope: "./", type: "module", updateViaCache: "none" });
  const had = Boolean(navigator.serviceWorker.controller);
  const offer = () => {
    if (!kept.waiting || !navigator.serviceWorker.controller) return;
    const box = document.getElementById("update");
    box.replaceChildren("Aplikasi versi baru siap. ", button("Pakai sekarang", () => kept.waiting.postMessage("take-over")));
  };
  // Another version took over, perhaps at the wish of another tab: every tab goes on with that one.
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (had) location.reload(); else look(); });
  offer();
  kept.addEventListener("updatefound", () => kept.installing?.addEventListener("statechange", offer));
}

async function start() {
  theme(localStorage.getItem("theme") ?? "sun");
  document.getElementById("bar").append(h("p", { role: "status" }), button("Kirim", async () => { await send(); await bar(); }));
  await startClock();
  await forgetOld();
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
  look();
  setInterval(look, PACK_EVERY_MS);
  addEventListener("online", look);
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => { touched = Date.now(); });
  setInterval(() => { if (current() && Date.now() - touched > IDLE_MS) go("lock"); }, 30_000);
}

start().catch((error) => {
  console.error(error);
  say(explain(error), "bad");
});
