// Results that need a word more: which parts were taken, or why nothing was. Each reason asks only for what it needs.

import { button, choices, field, h, show } from "./dom.js";
import { saveResult } from "./visit.js";
import { NIK } from "./words.js";

const LONGEST_NOTE = 500;

export function showReasons(day, visit, go) {
  show(button("Kembali", () => go("visit", visit.id), {}, "plain"), h("h1", {}, `${visit.name}: belum terekam`), h("h2", {}, "Mengapa?"),
    day.pack.reasons.map((reason) => button([h("b", {}, reason.label), reason.hint ? h("small", {}, reason.hint) : null],
      () => (reason.needs_note || reason.may_note ? showNote(day, visit, reason, go) : saveResult(visit, { kind: "not_recorded", reason: reason.code }, go)),
      { data: { reason: reason.code } }, "choice")));
}

function showNote(day, visit, reason, go) {
  const note = h("textarea", { rows: 4, maxlength: LONGEST_NOTE, "data-focus": true });
  const missing = h("p.bad", { role: "alert" });
  show(button("Kembali", () => showReasons(day, visit, go), {}, "plain"), h("h1", {}, reason.label), field(reason.needs_note ? "Apa yang Anda temui?" : reason.hint, note, reason.needs_note ? "Tanpa nama penyakit, tanpa NIK." : "Boleh kosong. Tanpa nama penyakit, tanpa NIK."), missing,
    button("Simpan hasil", () => {
      if (reason.needs_note && !note.value.trim()) { missing.textContent = "Tulis apa yang Anda temui di tempat."; return undefined; }
      if (NIK.test(note.value)) { missing.textContent = "Jangan tulis NIK di sini."; return undefined; }
      return saveResult(visit, { kind: "not_recorded", reason: reason.code, note: note.value.trim() }, go);
    }, { data: { do: "save" } }, "primary.big"));
}

export function showParts(day, visit, go) {
  const marks = {};
  const missing = h("p.bad", { role: "alert" });
  const note = h("textarea", { rows: 2, maxlength: LONGEST_NOTE });
  show(button("Kembali", () => go("visit", visit.id), {}, "plain"), h("h1", {}, `${visit.name}: terekam sebagian`),
    day.pack.parts.map(({ code, label }) => h("section.part", {}, h("h2", {}, label), choices(label, day.pack.marks, null, (mark) => { marks[code] = mark; }))),
    field("Mengapa dikecualikan atau tidak terbaca?", note, "Wajib bila dikecualikan. Tanpa nama penyakit, tanpa NIK."), missing,
    button("Simpan hasil", () => {
      const values = Object.values(marks);
      if (values.length < day.pack.parts.length) missing.textContent = "Tandai keempatnya.";
      else if (values.every((mark) => mark === "taken")) missing.textContent = "Semua terambil: pilih \u201cTerekam lengkap\u201d.";
      else if (values.includes("exempt") && !note.value.trim()) missing.textContent = "Tulis mengapa dikecualikan.";
      else if (NIK.test(note.value)) missing.textContent = "Jangan tulis NIK di sini.";
      else if (!values.includes("taken")) missing.textContent = "Tidak ada yang terambil: pilih \u201cBelum terekam\u201d.";
      else return saveResult(visit, { kind: "partly", biometrics: marks, note: note.value.trim() }, go);
      return undefined;
    }, { data: { do: "save" } }, "primary.big"));
}
