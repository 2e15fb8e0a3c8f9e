// At the house: what to know before knocking; arriving; then identity, result, corrections, another person, signature.

import { button, h, say, show } from "./dom.js";
import { offset, secondsText, timeText } from "./clock.js";
import { undoUntil } from "./day.js";
import { away, position } from "./place.js";
import { record } from "./outbox.js";
import { thisDevice } from "./office.js";
import { current } from "./people.js";
import { fromBase64, openJson } from "./sealing.js";
import { ways } from "./list.js";
import { houseOf } from "./ready.js";
import { SKIPS, resultWords, stateWords } from "./words.js";

const SHOWN_MS = 60_000;
const correcting = new Set(); // the visits whose result is being corrected just now

export async function showVisit(day, visit, go, isPast) {
  const { stop } = visit;
  correcting.delete(visit.id);
  const house = await houseOf(visit);
  if (isPast()) return;
  const here = Boolean(visit.arrivedAt);
  show(
    button("Kembali ke daftar", () => go("day"), {}, "plain"),
    h("header.day", {}, h("h1", {}, visit.name), h("p", {}, [visit.age === null ? null : `${visit.age} tahun`, visit.condition].filter(Boolean).join(", "))),
    visit.result ? resultCard(day, visit, go) : null,
    here ? h("p.note", {}, `Tiba ${timeText(visit.arrivedAt)}${distanceWords(visit)}`)
      : button("Kami sudah tiba", () => arrive(day, stop, visit, go), { data: { do: "arrive" } }, "primary.big"),
    here && !visit.result ? resultButtons(visit, go) : null,
    h("section.card", {}, house, ...facts(visit), h("div.tools", {}, ...ways(day, stop))),
    here ? h("section.card", {}, h("h2", {}, "Di rumah ini"),
      h("div.tools", {},
        button("Cocokkan dengan Kartu Keluarga", () => showIdentity(day, visit, go), { data: { do: "identity" } }),
        button(visit.signed ? "Tanda tangan (sudah ada)" : "Tanda tangan", () => go("sign", visit.id)),
        button("Warga lain di rumah ini", () => go("extra", visit.id)),
        button(visit.shots.length ? `Ambil foto (sudah ${visit.shots.length})` : "Ambil foto", () => go("photo", visit.id), { data: { do: "photo" } }),
        button("Usulkan perbaikan data", () => go("propose", visit.id))))
      : button("Usulkan perbaikan data", () => go("propose", visit.id)),
    stop.visits.length > 1 ? h("section.card", {}, h("h2", {}, "Juga di alamat ini"), stop.visits.filter((other) => other !== visit).map((other) => button(other.name, () => go("visit", other.id)))) : null,
  );
}

function facts(visit) {
  const rows = [
    ["Alamat", visit.place], ["Patokan", visit.landmark], ["Ada orang di rumah", visit.at_home], ["Bawa", visit.bring.join("; ")],
    ["Keluarga", [visit.contact, visit.phone_shown].filter(Boolean).join(", ")], ["Catatan desa", visit.note],
    ["Diberi tahu", `${secondsText(visit.stop.from_s)}–${secondsText(visit.stop.to_s)}`], ["NIK", visit.nik_masked || "belum diketahui"], ["Kode kunjungan", visit.code],
  ];
  return [
    visit.warnings.length ? h("ul.warnings", {}, visit.warnings.map((line) => h("li", {}, line))) : null,
    h("dl", {}, rows.filter(([, value]) => value).map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value)))),
  ];
}

function resultButtons(visit, go) {
  return h("section.card.results", { "aria-label": "Hasil kunjungan" }, h("h2", {}, "Bagaimana hasilnya?"),
    button("Terekam lengkap", () => saveResult(visit, { kind: "recorded" }, go), { data: { result: "recorded" } }, "good.big"),
    button("Terekam sebagian", () => go("partly", visit.id), { data: { result: "partly" } }, "big"),
    button("Belum terekam", () => go("reasons", visit.id), { data: { result: "not_recorded" } }, "warn.big"));
}

export async function saveResult(visit, data, go) {
  const corrects = visit.result && correcting.has(visit.id) ? { corrects: visit.result.id } : {};
  await record("result", visit.id, { ...data, ...corrects }, { own: { case: visit.case } });
  say("Tersimpan di tablet.");
  return go("visit", visit.id);
}

function resultCard(day, visit, go) {
  const { result } = visit;
  const until = undoUntil(visit);
  const parts = result.data.biometrics;
  return h("section.card.result", { data: { status: result.status } }, h("h2", {}, resultWords(day, result)),
    parts ? h("p", {}, day.pack.parts.map(({ code, label }) => `${label}: ${day.pack.marks.find((mark) => mark.code === parts[code])?.label ?? ""}`).join(", ")) : null,
    result.data.note ? h("p", {}, result.data.note) : null,
    visit.first && visit.first !== result ? h("p.note", {}, `Semula: ${resultWords(day, visit.first)}`) : null,
    h("p.state", {}, result.fromOffice ? "tercatat di kantor" : `tersimpan di tablet, ${stateWords(result.status)}`),
    until ? button(`Batalkan (sampai ${timeText(until + (offset() ?? 0))})`, async () => {
      await record("undo", visit.id, { result: result.id });
      say("Hasil dibatalkan.");
      return go("visit", visit.id);
    }, { data: { do: "undo" } }) : button("Perbaiki hasil", () => { correcting.add(visit.id); return showCorrection(visit, go); }, { data: { do: "correct" } }));
}

function showCorrection(visit, go) {
  show(button("Kembali", () => go("visit", visit.id), {}, "plain"), h("h1", {}, visit.name), h("p", {}, "Hasil pertama tetap disimpan di samping perbaikan ini."), resultButtons(visit, go));
}

// Arriving never waits for a position, and a pin that is far away is a note only.
async function arrive(day, stop, visit, go) {
  const at = position();
  const away_m = at ? Math.round(away(at, stop)) : null;
  for (const other of stop.visits) {
    if (!other.arrivedAt) await record("arrived", other.id, { ...at, distance_m: away_m }, { own: { case: other.case } });
  }
  return go("visit", visit.id);
}

function distanceWords(visit) {
  const metres = visit.events.find((event) => event.kind === "arrived")?.data.distance_m;
  return Number.isFinite(metres) && metres > 150 ? `, ${metres >= 1000 ? `${(metres / 1000).toFixed(1).replace(".", ",")} km` : `${metres} m`} dari titik di peta` : "";
}

// That somebody looked is on the disk before the number is opened.
async function showIdentity(day, visit, go) {
  await record("identity_viewed", visit.id, {}, { own: { case: visit.case } });
  const identity = await openJson(current().key, fromBase64(visit.identity), `identity:${visit.id}`);
  const device = await thisDevice();
  const nik = identity.nik ? identity.nik.replace(/(\d{4})(?=\d)/g, "$1 ") : "belum diketahui";
  const born = /^\d{4}-/.test(identity.born) ? new Intl.DateTimeFormat("id-ID", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(identity.born)) : identity.born || "belum diketahui";
  const card = h("section.card.identity", {}, h("h1", {}, visit.name), h("dl", {}, h("div", {}, h("dt", {}, "NIK"), h("dd.code", {}, nik)), h("div", {}, h("dt", {}, "Lahir"), h("dd", {}, born))));
  show(button("Tutup", () => go("visit", visit.id), {}, "primary"), card,
    h("p", {}, `Cocokkan dengan Kartu Keluarga. Bahwa ${current().name} melihatnya di ${device.name} dicatat. Menutup sendiri setelah satu menit.`),
    button("Ada yang berbeda: usulkan perbaikan", () => go("propose", visit.id)));
  setTimeout(() => { if (card.isConnected) go("visit", visit.id); }, SHOWN_MS);
}

export function showSkip(day, stop, go) {
  show(button("Kembali", () => go("day"), {}, "plain"), h("h1", {}, `Lewati titik ${stop.position}?`), h("p", {}, "Titik ini pindah ke akhir daftar dan dapat dibuka kapan saja."),
    SKIPS.map((reason) => button(reason, async () => {
      for (const visit of stop.visits.filter((one) => !one.result)) await record("skipped", visit.id, { reason }, { own: { case: visit.case } });
      say("Titik dilewati.");
      return go("day");
    }, {}, "big")));
}
