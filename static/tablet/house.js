// What else is found at a house: data that is wrong, somebody else who needs recording, and a signature.

import { button, choices, field, h, say, show } from "./dom.js";
import { record } from "./outbox.js";
import { position } from "./place.js";
import { FIELDS, NIK } from "./words.js";

export function showPropose(day, visit, go) {
  let chosen = "landmark";
  const value = h("input", { name: "value", maxlength: 200, autocomplete: "off" });
  const missing = h("p.bad", { role: "alert" });
  const own = { own: { case: visit.case } };
  show(button("Kembali", () => go("visit", visit.id), {}, "plain"), h("h1", {}, "Usulkan perbaikan data"), h("p", {}, `${visit.name}. Kantor yang memutuskan; data lama tetap ada.`),
    choices("Yang diperbaiki", ["landmark", "phone", "name"].map((code) => ({ code, label: FIELDS[code] })), chosen, (code) => { chosen = code; }),
    field("Yang benar", value), missing,
    button("Simpan usulan", async () => {
      const text = value.value.trim();
      if (!text || NIK.test(text)) { missing.textContent = text ? "Jangan tulis NIK di sini." : "Tulis yang benar."; return undefined; }
      await record("proposal", visit.id, { field: chosen, value: text }, own);
      say("Usulan tersimpan di tablet.");
      return go("visit", visit.id);
    }, {}, "primary"),
    button("Rumahnya di sini: pakai posisi tablet", async () => {
      const at = position();
      if (!at) { missing.textContent = "Posisi tablet belum diketahui. Tunggu di luar rumah sebentar."; return undefined; }
      await record("proposal", visit.id, { field: "pin", ...at }, own);
      say("Usulan titik tersimpan di tablet.");
      return go("visit", visit.id);
    }));
}

export function showExtra(day, visit, go) {
  const name = h("input", { name: "name", maxlength: 120, autocomplete: "off", "data-focus": true });
  const year = h("input", { name: "year", inputmode: "numeric", maxlength: 4 });
  const nik = h("input", { name: "nik", inputmode: "numeric", maxlength: 20, autocomplete: "off" });
  const missing = h("p.bad", { role: "alert" });
  let sex = "";
  let condition = "";
  show(button("Kembali", () => go("visit", visit.id), {}, "plain"), h("h1", {}, "Warga lain di rumah ini"), h("p", {}, `Menjadi usulan baru di alamat ${visit.name}.`),
    field("Nama lengkap", name), h("h2", {}, "Jenis kelamin"), choices("Jenis kelamin", [{ code: "P", label: "Perempuan" }, { code: "L", label: "Laki-laki" }], "", (code) => { sex = code; }),
    field("Tahun lahir", year, "Kira-kira boleh."), field("NIK", nik, "Dari Kartu Keluarga; boleh kosong."),
    h("h2", {}, "Kondisi"), choices("Kondisi", day.pack.conditions, "", (code) => { condition = code; }), missing,
    button("Simpan usulan", async () => {
      const digits = nik.value.replace(/\D/g, "");
      const born = Number(year.value);
      if (!name.value.trim() || !sex || !condition) missing.textContent = "Isi nama, jenis kelamin dan kondisi.";
      else if (digits && digits.length !== 16) missing.textContent = "NIK terdiri atas 16 angka.";
      else if (year.value && !(born > 1850 && born <= new Date().getFullYear())) missing.textContent = "Tahun lahir empat angka, misalnya 1941.";
      else {
        await record("extra_person", visit.id, { name: name.value.trim(), sex, condition, ...(born ? { birth_year: born } : {}), ...(digits ? { nik: digits } : {}) }, { own: { case: visit.case } });
        say("Usulan tersimpan di tablet.");
        return go("visit", visit.id);
      }
      return undefined;
    }, { data: { do: "save" } }, "primary.big"));
}

export function showSign(day, visit, go) {
  const canvas = h("canvas.sign", { "aria-label": "Bidang tanda tangan" });
  const who = h("input", { name: "who", value: visit.contact.replace(/ \(.*\)$/, "") || visit.name, maxlength: 120 });
  const strokes = [];
  show(button("Kembali", () => go("visit", visit.id), {}, "plain"), h("h1", {}, "Tanda tangan"), field("Yang bertanda tangan", who, "Warga, keluarga atau saksi. Cap jempol dibubuhkan di kertas."), canvas,
    h("div.tools", {}, button("Ulangi", () => { strokes.length = 0; draw(); }), button("Simpan", async () => {
      if (!strokes.length) { say("Belum ada tanda tangan.", "bad"); return undefined; }
      await record("signature", visit.id, { who: who.value.trim(), width: canvas.width, height: canvas.height, strokes }, { own: { case: visit.case } });
      say("Tanda tangan tersimpan di tablet.");
      return go("visit", visit.id);
    }, {}, "primary")));
  canvas.width = canvas.clientWidth;
  canvas.height = canvas.clientHeight;
  const pen = canvas.getContext("2d");
  const at = ({ offsetX, offsetY }) => [Math.round(offsetX), Math.round(offsetY)];
  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], number) => (number ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    }
  }
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); strokes.push([at(event)]); });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    strokes.at(-1).push(at(event));
    draw();
  });
}
