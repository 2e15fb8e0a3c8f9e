// The day on one screen: the next stop on top, then the others, with the map beside them.

import { button, h, say, show } from "./dom.js";
import { secondsText, timeText } from "./clock.js";
import { asked, secondsNow, whereNow } from "./day.js";
import { pauseOf, reorder } from "./order.js";
import { record } from "./outbox.js";
import { exportButton, houseOf, readyCard } from "./ready.js";
import { openMap } from "./map.js";
import { navigation } from "./place.js";
import { RESULTS, resultWords } from "./words.js";

export async function showDay(day, go, { change, isPast }) {
  if (!day) return showNothing(go, isPast);
  const ready = day.visits.some((visit) => visit.events.length) ? null : await readyCard(day);
  const house = day.next && await houseOf(day.next.visits.find((visit) => visit.photo && !visit.result) ?? {});
  if (isPast()) return;
  const done = day.visits.filter((visit) => visit.result).length;
  const beside = matchMedia("(min-width: 46rem)").matches ? h("div.map.beside", { role: "region", "aria-label": "Peta rute" }) : null;
  show(
    h("header.day", {}, h("h1", {}, day.pack.day_words), h("p", {}, `${day.pack.team.name}, ${day.pack.team.vehicle}. ${done} dari ${day.visits.length} orang selesai.`)),
    change ? button("Rencana berubah: lihat perubahannya", () => go("changes"), { data: { do: "changes" } }, "warn") : null,
    ready,
    day.next ? nextCard(day, house, go) : h("section.card.good", {}, h("h2", {}, "Semua titik selesai"), h("p", {}, `Kembali ke kantor, kira-kira pukul ${secondsText(day.ahead.back)}.`)),
    h("div.tools", {}, button("Peta", () => go("map")), day.open.length > 2 ? button("Susun ulang sisanya", () => arrange(day, go)) : null, button("Yang selalu dibawa", () => go("always"))),
    beside,
    h("h2", {}, "Semua titik"),
    h("ol.stops", {}, day.stops.map((stop) => stopLine(day, stop, go))),
    day.elsewhere.length ? h("p.note", {}, `${day.elsewhere.length} hasil di luar rencana ini sudah tersimpan dan tetap dihitung.`) : null,
    h("footer", {}, exportButton(), button("Ganti orang", () => go("lock"), {}, "plain"), button("Tema terang atau malam", () => go("theme"), {}, "plain")),
  );
  if (beside) openMap(beside, day, (visitId) => go("visit", visitId)).catch(console.error);
}

async function showNothing(go, isPast) {
  const ready = await readyCard(null);
  if (isPast()) return;
  show(
    h("h1", {}, "Belum ada rute hari ini"),
    h("p", {}, "Paket hari ini belum ada di tablet. Tablet mengambilnya sendiri begitu ada sinyal."),
    ready,
    button("Ambil sekarang", () => go("fetch"), {}, "primary"), exportButton(), button("Ganti orang", () => go("lock"), {}, "plain"),
  );
}

function nextCard(day, house, go) {
  const stop = day.next;
  const people = stop.visits.filter((visit) => !visit.result);
  const warnings = [...new Set(people.flatMap((visit) => visit.warnings))];
  const bring = [...new Set(people.flatMap((visit) => visit.bring))];
  const first = people[0];
  return h("section.card.next", { "aria-label": "Titik berikutnya", data: { stop: stop.id } },
    h("p.label", {}, stop.skipped ? "Tadi dilewati" : "Titik berikutnya"),
    h("h2", {}, `${stop.position}. ${people.map((visit) => visit.name).join(", ")}`),
    h("p.big", {}, first.landmark || first.place), first.landmark ? h("p", {}, first.place) : null,
    house,
    h("p", {}, arrivalWords(day, stop)),
    warnings.length ? h("ul.warnings", {}, warnings.map((line) => h("li", {}, line))) : null,
    bring.length ? h("p", {}, h("b", {}, "Bawa: "), bring.join("; ")) : null,
    h("div.tools", {}, ...ways(day, stop)),
    h("div.tools", {}, people.map((visit) => button(`Buka ${visit.name}`, () => go("visit", visit.id), { data: { visit: visit.id } }, "primary"))),
    button("Lewati titik ini", () => go("skip", stop.id), {}, "plain"));
}

function arrivalWords(day, stop) {
  const expected = day.ahead.arrives.get(stop.id);
  const late = expected > stop.to_s;
  const told = `Keluarga diberi tahu ${secondsText(stop.from_s)}–${secondsText(stop.to_s)}`;
  if (Number.isFinite(stop.arrivedAt)) return `Tiba ${timeText(stop.arrivedAt)}. ${told}.`;
  return `Perkiraan tiba ${secondsText(expected)}. ${told}${late ? ": lebih lambat, sebaiknya telepon dulu" : ""}.`;
}

// One tap to the map application, a call, a message: nothing but the point or the number leaves the tablet.
export function ways(day, stop) {
  const reachable = stop.visits.find((visit) => visit.phone);
  const links = [h("a.button", { href: navigation(day.pack.map_app, stop), data: { do: "navigate" } }, "Navigasi")];
  if (reachable) {
    links.push(h("a.button", { href: `tel:${reachable.phone}` }, `Telepon ${reachable.contact || ""}`));
    if (reachable.wa) links.push(h("a.button", { href: `https://wa.me/${reachable.wa}`, rel: "noopener noreferrer", target: "_blank" }, "WhatsApp"));
  }
  return links;
}

function stopLine(day, stop, go) {
  const state = stop.done ? "done" : stop.skipped ? "skipped" : stop === day.next ? "next" : "open";
  return h(`li.${state}`, {},
    h("span.number", { "aria-hidden": "true" }, String(stop.position)),
    h("div", {},
      h("p.when", {}, stop.done ? "Selesai" : stop.skipped ? "Dilewati" : `kira-kira ${secondsText(day.ahead.arrives.get(stop.id))}`),
      stop.visits.map((visit) => button([h("b", {}, visit.name), h("small", {}, visit.result ? resultWords(day, visit.result) : visit.landmark || visit.place)],
        () => go("visit", visit.id), { data: { visit: visit.id } }, `person${visit.result ? `.${RESULTS[visit.result.data.kind]?.tone}` : ""}`))));
}

async function arrange(day, go) {
  const waiting = day.open.filter((stop) => !stop.skipped);
  const start = Math.max(secondsNow(day), day.pack.route.leave_s);
  const best = reorder(day.pack.seconds, whereNow(day), waiting.map((stop) => asked(day, stop)), start, pauseOf(day.pack.route));
  const ids = best.map((stop) => stop.id);
  if (ids.every((id, at) => id === waiting[at].id)) return say("Urutan sekarang sudah yang terbaik.");
  const rest = day.stops.map((stop) => stop.id).filter((id) => !ids.includes(id));
  const doneFirst = day.stops.filter((stop) => stop.done).map((stop) => stop.id);
  await record("reordered", null, { plan: day.pack.tag, order: [...doneFirst, ...ids, ...rest.filter((id) => !doneFirst.includes(id))] });
  say("Urutan baru disimpan. Sebaiknya kabari keluarga yang jamnya berubah.");
  return go("day");
}

export function showAlways(day, go) {
  show(button("Kembali", () => go("day"), {}, "plain"), h("h1", {}, "Yang selalu dibawa"), h("ul.lines", {}, day.pack.always.map((line) => h("li", {}, line))),
    h("p", {}, wayWords(day)), h("p", {}, day.pack.why));
}

export function showMap(day, go) {
  const box = h("div.map", { role: "region", "aria-label": "Peta rute" });
  show(button("Kembali ke daftar", () => go("day"), {}, "plain"), box,
    h("p", {}, `Garis utuh mengikuti jalan; garis putus-putus hanya menunjukkan urutan. ${wayWords(day)}`));
  return openMap(box, day, (visitId) => go("visit", visitId));
}

// How many of the drives are estimates: the office's own words.
const wayWords = ({ pack }) => `Waktu dan jarak: ${pack.estimated || (pack.is_estimate ? "perkiraan garis lurus" : "menurut jalan")}.`;
