// "Siap berangkat": a card that is green only when everything it says is true. And the file for when nothing else goes.

import { button, h, say } from "./dom.js";
import { isBehind, isWrong, offset } from "./clock.js";
import { Away, Revoked, ask } from "./office.js";
import { counts, exportFiles } from "./outbox.js";
import { openBytes } from "./sealing.js";
import { current } from "./people.js";
import { roadsKept } from "./roads.js";
import { all, get, keep, keys, known, write } from "./store.js";

const ENOUGH_BATTERY = 0.5;

export async function checks(day) {
  const [map, roads, outbox, persisted, battery, kept, houses] = await Promise.all([
    known("map"), roadsKept(), counts(), navigator.storage?.persisted?.() ?? false, navigator.getBattery?.() ?? null, isKept(), all("houses"),
  ]);
  const off = offset();
  const unsent = outbox.waiting + outbox.photos;
  const tags = new Map(houses.map((row) => [row.visit, row.tag]));
  const pictured = day?.visits.filter((visit) => visit.photo) ?? [];
  const here = pictured.filter((visit) => tags.get(visit.id) === visit.photo).length;
  return [
    { good: Boolean(day), words: day ? `Paket hari ini: ${day.stops.length} titik` : "Paket hari ini belum ada" },
    { good: Boolean(map), words: map ? "Peta kabupaten tersimpan" : "Peta kabupaten belum tersimpan" },
    ...(roads?.tag === "" ? [] : [{ good: Boolean(roads), words: roads ? "Peta jalan tersimpan" : "Peta jalan belum tersimpan: sambungkan ke Wi-Fi" }]),
    { good: here === pictured.length, words: pictured.length ? `Foto rumah: ${here} dari ${pictured.length} tersimpan` : "Foto rumah: tidak ada untuk hari ini" },
    { good: kept, words: kept ? "Aplikasi tersimpan untuk tanpa sinyal" : "Aplikasi belum tersimpan: tunggu sebentar, lalu muat ulang" },
    { good: unsent === 0, words: unsent ? `${unsent} catatan dan foto masih menunggu kirim` : "Semua catatan sudah terkirim" },
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
  if (isBehind()) return "Jam tablet mundur: sambungkan ke kantor supaya dibandingkan lagi";
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

// The card anew, where it is on the screen.
export async function freshenCard(day) {
  const old = document.querySelector(".card.ready");
  if (!old) return;
  const card = await readyCard(day);
  if (old.isConnected) old.replaceWith(card);
}

export async function prepare() {
  await navigator.storage?.persist?.().catch(() => false);
  const kept = await known("map");
  const answer = await ask(`api/peta${kept ? `?punya=${kept.tag}` : ""}`);
  if (answer.status === 200) await keep("map", { tag: answer.headers.get("Sambang-Tag"), text: await answer.text() });
}

// Photos of today's houses come after the pack, one by one, and lie here closed. True when one came.
export async function fetchHouses(day) {
  if (!day) return false;
  const there = new Set(day.visits.map((visit) => visit.id));
  const gone = (await keys("houses")).filter((id) => !there.has(id));
  if (gone.length) await write(["houses"], ({ houses }) => gone.forEach((id) => houses.delete(id)));
  let came = false;
  for (const visit of day.visits.filter((one) => one.photo)) {
    if ((await get("houses", visit.id))?.tag === visit.photo) continue;
    const answer = await ask(`api/foto-rumah?kunjungan=${visit.id}`);
    if (answer.status !== 200) continue;
    const row = { visit: visit.id, tag: answer.headers.get("Sambang-Tag"), closed: new Uint8Array(await answer.arrayBuffer()) };
    await write(["houses"], ({ houses }) => { houses.put(row); }, "relaxed");
    came = true;
  }
  return came;
}

// The photo of the house, opened while it is shown; nothing where there is none on the tablet.
export async function houseOf(visit) {
  const row = visit.photo ? await get("houses", visit.id) : null;
  if (!row || !current()) return null;
  const url = URL.createObjectURL(new Blob([await openBytes(current().key, row.closed, `house:${visit.id}`)], { type: "image/jpeg" }));
  const free = () => URL.revokeObjectURL(url);
  return h("img.house", { src: url, alt: `Foto rumah ${visit.name}`, on: { load: free, error: free } });
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
