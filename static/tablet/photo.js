// A photo from the tablet's camera: made small here, stored with its record, sent after it. Houses and what was found,
// never people or papers.

import { button, h, say, show } from "./dom.js";
import { record } from "./outbox.js";

const MOST_BYTES = 150_000;
const SIDES = [1280, 1024, 800, 640];
const QUALITIES = [0.8, 0.7, 0.6, 0.5];
const WHATS = { house: "Foto rumah", found: "Foto keadaan di lokasi" };

export function showPhoto(day, visit, go) {
  const input = h("input.unseen", { type: "file", name: "photo", accept: "image/*", capture: "environment" });
  const preview = h("p", { role: "status" });
  const missing = h("p.bad", { role: "alert" });
  let bytes = null;
  input.addEventListener("change", async () => {
    [bytes, missing.textContent] = [null, ""];
    preview.replaceChildren();
    if (!input.files.length) return;
    try {
      bytes = await shrink(input.files[0]);
    } catch {
      missing.textContent = "Foto ini tidak dapat dibuka. Ambil sekali lagi.";
      return;
    }
    const url = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    preview.replaceChildren(h("img.house", { src: url, alt: "Foto yang akan disimpan", on: { load: () => URL.revokeObjectURL(url) } }));
  });
  const save = (what) => button(WHATS[what], async () => {
    if (!bytes) { missing.textContent = "Ambil fotonya dahulu."; return undefined; }
    await record("photo", visit.id, { what }, { own: { case: visit.case }, shot: bytes });
    say("Foto tersimpan di tablet. Dikirim sesudah catatan.");
    return go("visit", visit.id);
  }, { data: { photo: what } }, "primary");
  show(button("Kembali", () => go("visit", visit.id), {}, "plain"), h("h1", {}, "Ambil foto"),
    h("p", {}, "Rumah, jalan atau pagar saja. Jangan memotret orang, kartu atau surat."),
    h("label.button", {}, input, "Buka kamera"), preview, missing,
    h("h2", {}, "Simpan sebagai"),
    h("p", {}, "Foto rumah membantu tim berikutnya menemukan rumah ini. Foto keadaan menjelaskan mengapa belum terekam."),
    h("div.tools", {}, save("house"), save("found")));
}

// JPEG of at most MOST_BYTES, drawn anew: what the camera noted beside the picture (place, time, device) is left behind.
async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    for (const side of SIDES) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      const canvas = h("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      for (const quality of QUALITIES) {
        const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
        if (small && small.size <= MOST_BYTES) return new Uint8Array(await small.arrayBuffer());
      }
    }
  } finally {
    picture.close();
  }
  throw new Error("too large");
}
