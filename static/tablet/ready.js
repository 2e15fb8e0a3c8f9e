// "Siap berangkat": a card that is green only when everything it says is true. And the file for when nothing else goes.

import { button, h, say } from "./dom.js";
import { isWrong, offset } from "./clock.js";
import { Away, Revoked, ask } from "./office.js";
import { counts, exportFiles } from "./outbox.js";
import { fetchRoads, roadsKept } from "./roads.js";
import { keep, known } from "./store.js";

const ENOUGH_BATTERY = 0.5;

export async function checks(day) {
  const [map, roads, outbox, persisted, battery, kept] = await Promise.all([
    known("map"), roadsKept(), counts(), navigator.storage?.persisted?.() ?? false, navigator.getBattery?.() ?? null, isKept(),
  ]);
  const off = offset();
  return [
    { good: Boolean(day), words: day ? `Paket hari ini: ${day.stops.length} titik` : "Paket hari ini belum ada" },
    { good: Boolean(map), words: map ? "Peta kabupaten tersimpan" : "Peta kabupaten belum tersimpan" },
    ...(roads?.tag === "" ? [] : [{ good: Boolean(roads), words: roads ? "Peta jalan tersimpan" : "Peta jalan belum tersimpan: sambungkan ke Wi-Fi" }]),
    { good: kept, words: kept ? "Aplikasi tersimpan untuk tanpa sinyal" : "Aplikasi belum tersimpan: tunggu sebentar, lalu muat ulang" },
    { good: outbox.waiting === 0, words: outbox.waiting ? `${outbox.waiting} catatan masih menunggu kirim` : "Semua catatan sudah terkirim" },
    { good: off !== null && !isWrong(), words: clockWords(off) },
    { good: Boolean(persisted), words: persisted ? "Penyimpanan dijamin oleh tablet" : "Penyimpanan belum dijamin: pasang aplikasi ke layar utama" },
    battery
      ? { good: battery.charging || battery.level >= ENOUGH_BATTERY, words: `Baterai ${Math.round(battery.level * 100)} %${battery.charging ? ", sedang diisi" : ""}` }
      : { good: true, words: "Baterai: lihat sendiri di layar tablet" },
  ];
}

function clockWords(off) {
  if (off === null) return "Jam tablet belum dibandingkan dengan kantor";
  if (!isWrong()) return "Jam tablet benar";
  const minutes = Math.round(Math.abs(off) / 60_000);
  return `Jam tablet ${off > 0 ? "terlambat" : "terlalu cepat"} ${minutes} menit; waktu catatan dikoreksi`;
}

async function isKept() {
  return Boolean(navigator.serviceWorker?.controller) && Boolean(await caches.match(new URL("./", document.baseURI).pathname, { ignoreSearch: true }));
}

export async function readyCard(day) {
  const lines = await checks(day);
  const ready = lines.every((line) => line.good);
  return h(`section.card.ready.${ready ? "good" : "bad"}`, { "aria-label": "Siap berangkat" },
    h("h2", {}, ready ? "Siap berangkat" : "Belum siap berangkat"),
    h("ul.checks", {}, lines.map((line) => h(`li.${line.good ? "good" : "bad"}`, {}, line.words))));
}

export async function prepare() {
  await navigator.storage?.persist?.().catch(() => false);
  const kept = await known("map");
  const answer = await ask(`api/peta${kept ? `?punya=${kept.tag}` : ""}`);
  if (answer.status === 200) await keep("map", { tag: answer.headers.get("Sambang-Tag"), text: await answer.text() });
  // The roads are heavy and only help: the day goes on without them.
  await fetchRoads().catch((error) => { if (!(error instanceof Away)) throw error; });
}

export const isQuiet = (error) => error instanceof Away || error instanceof Revoked;

export async function shareOutbox() {
  const files = await exportFiles();
  if (!files.length) return say("Tidak ada catatan yang menunggu kirim.");
  files.forEach((file, number) => {
    const link = h("a", { href: URL.createObjectURL(file), download: `sambang-${new Date().toISOString().slice(0, 10)}-${number + 1}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  return say("Berkas disimpan. Serahkan ke kantor; hanya kantor yang dapat membukanya.");
}

export const exportButton = () => button("Simpan berkas untuk kantor", shareOutbox, {}, "plain");
