// Before the day: letting the device in, a member's password and PIN, the PIN again after every pause.

import { button, explain, field, h, say, show } from "./dom.js";
import { timeText } from "./clock.js";
import { Away, Revoked, thisDevice } from "./office.js";
import { Wrong, enrol, members, signIn, unlock, waitBeforeTry } from "./people.js";
import { known } from "./store.js";
import { shareOutbox } from "./ready.js";

const PIN_LENGTH = 6;
const away = "Belum ada sinyal ke server. Langkah ini perlu sambungan; coba lagi di tempat bersinyal.";
const tell = (error) => say(error instanceof Away ? away : error instanceof Revoked ? "Tablet ini dicabut. Hubungi administrator." : explain(error), "bad");

export async function begin(inside) {
  const device = await thisDevice();
  if (!device) return showEnrol(inside);
  if (await known("revoked")) return showRevoked(inside);
  const people = await members();
  return people.length ? showMembers(inside, people, device) : showSignIn(inside, device);
}

function showEnrol(inside) {
  const code = h("input", { name: "code", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "data-focus": true });
  show(
    h("h1", {}, "Daftarkan tablet ini"),
    h("p", {}, "Ketik kode dari administrator. Kode berlaku satu jam."),
    form([field("Kode tablet", code)], "Daftarkan", async () => {
      await enrol(code.value);
      await begin(inside);
    }),
  );
}

function showRevoked(inside) {
  show(
    h("h1", {}, "Tablet ini dicabut"),
    h("p", {}, "Yang dapat dibaca sudah dihapus. Catatan yang belum terkirim tetap tersegel di tablet dan dapat disimpan ke berkas untuk kantor."),
    button("Simpan berkas untuk kantor", shareOutbox),
    button("Daftarkan lagi dengan kode baru", () => showEnrol(inside), {}, "primary"),
  );
}

function showSignIn(inside, device) {
  const username = h("input", { name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", "data-focus": true });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password" });
  const pin = h("input", { name: "pin", type: "password", inputmode: "numeric", maxlength: PIN_LENGTH, autocomplete: "new-password" });
  const again = h("input", { name: "again", type: "password", inputmode: "numeric", maxlength: PIN_LENGTH, autocomplete: "new-password" });
  show(
    h("h1", {}, "Masuk di tablet"),
    h("p", {}, `${device.name}, ${device.team}. Sekali saja, selagi ada sinyal; sesudah ini cukup PIN.`),
    form([
      field("Nama pengguna", username), field("Kata sandi", password),
      field("PIN baru", pin, "Enam angka, hanya Anda yang tahu. Bukan tanggal lahir."), field("Ketik PIN sekali lagi", again),
    ], "Masuk", async () => {
      if (!/^\d{6}$/.test(pin.value)) throw new Error("PIN harus enam angka.");
      if (new Set(pin.value).size < 3 || "0123456789876543210".includes(pin.value)) throw new Error("PIN ini mudah ditebak. Pilih yang lain.");
      if (pin.value !== again.value) throw new Error("Kedua PIN tidak sama.");
      await signIn(username.value, password.value, pin.value);
      await inside();
    }),
    button("Kembali", () => begin(inside), {}, "plain"),
  );
}

function showMembers(inside, people, device) {
  show(
    h("h1", {}, "Siapa yang memegang tablet?"),
    h("p", {}, `${device.name}, ${device.team}`),
    h("div.people", {}, people.map((person) => button(person.name, () => showPin(inside, person, people, device), { data: { member: person.id } }, "big"))),
    button("Anggota lain masuk", () => showSignIn(inside, device), {}, "plain"),
  );
}

async function showPin(inside, person, people, device) {
  let typed = "";
  const dots = h("p.dots", { role: "status", "aria-label": "Angka yang sudah diketik" });
  const hint = h("p", { role: "status" });
  const draw = () => { dots.textContent = "●".repeat(typed.length) + "○".repeat(PIN_LENGTH - typed.length); };
  const press = async (digit) => {
    if (typed.length >= PIN_LENGTH) return;
    typed += digit;
    draw();
    if (typed.length < PIN_LENGTH) return;
    try {
      await unlock(person.id, typed);
      await inside();
    } catch (error) {
      typed = "";
      draw();
      if (!(error instanceof Wrong)) throw error;
      if (error.locked) return begin(inside).then(() => say("PIN terlalu sering salah. Bacaan di tablet dihapus; masuklah lagi dengan kata sandi.", "bad"));
      hint.textContent = error.waitMs ? `PIN salah. Tunggu sampai ${timeText(Date.now() + error.waitMs)}.` : `PIN salah. Sisa ${error.left} kali.`;
    }
  };
  draw();
  show(
    h("h1", {}, person.name), h("p", {}, "Ketik PIN Anda."), dots, hint,
    h("div.keypad", {}, [..."123456789"].map((digit) => button(digit, () => press(digit))),
      button("Hapus", () => { typed = ""; draw(); }, {}, "plain"), button("0", () => press("0")),
      button("Kembali", () => showMembers(inside, people, device), {}, "plain")),
  );
  const waitMs = await waitBeforeTry();
  if (waitMs) hint.textContent = `Tunggu sampai ${timeText(Date.now() + waitMs)}.`;
}

function form(fields, words, act) {
  const send = button(words, () => act().catch(tell), {}, "primary");
  return h("form", { on: { submit: (event) => { event.preventDefault(); send.click(); } } }, fields, send, h("input", { type: "submit", hidden: true }));
}
