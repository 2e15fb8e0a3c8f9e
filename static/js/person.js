// What helps while a person is written down: the NIK read aloud, and who may be there already. One file, for a weak line
// counts each request.
export default function person(element) {
  if (element.classList.contains("similar")) similar(element);
  else nik(element);
}

// A NIK in groups of four, and read aloud while it is typed: whose it says it is, and where that differs from the form.
// It never stops anybody: a NIK keeps its digits when a birth date is corrected, and many people have moved here.
const MIN_AGE = 17;
const MAX_AGE = 125;
const CENTURIES = [1800, 1900, 2000];
const WOMAN = 40;

function nik(said) {
  const form = said.closest("form");
  const input = form.elements.nik;
  const words = said.dataset;

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    group(input);
    tell();
  });
  for (const name of ["birth", "sex"]) {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) field.addEventListener("change", tell);
  }
  group(input);
  tell();

  function tell() {
    const lines = input.value.trim() ? read(digitsOf(input.value)) : [];
    said.className = lines.some(([warns]) => warns) ? "hint doubtful" : "hint";
    const text = lines.map(([, line]) => line).join(" ");
    if (said.textContent !== text) said.textContent = text;
  }

  // Gives pairs: whether the line asks to look again, and the line.
  function read(digits) {
    if (/\D/.test(input.value.replace(/[\s.-]/g, ""))) return [[true, words.digits]];
    if (digits.length < 16) return [[false, fill(words.short, { count: digits.length })]];
    if (digits.length > 16) return [[true, fill(words.long, { count: digits.length })]];
    const coded = Number(digits.slice(6, 8));
    const woman = coded > WOMAN;
    const day = woman ? coded - WOMAN : coded;
    const dates = CENTURIES.map((century) => [day, Number(digits.slice(8, 10)), century + Number(digits.slice(10, 12))]).filter(exists);
    if (!dates.length) return [[true, words.impossible]];
    const likely = dates.filter((date) => age(date) >= MIN_AGE && age(date) <= MAX_AGE);
    const lines = [[false, fill(words.says, { born: (likely.length ? likely : dates).map(shown).join(words.or), sex: woman ? words.woman : words.man })]];
    const typed = [...form.querySelectorAll('[name="birth"]')].map((box) => Number(box.value));
    if (typed[0] && typed[1] && typed[2] && !(typed[0] === day && typed[1] === dates[0][1] && typed[2] % 100 === dates[0][2] % 100)) lines.push([true, words.birth]);
    const sex = form.querySelector('[name="sex"]:checked')?.value;
    if ((sex === "L" && woman) || (sex === "P" && !woman)) lines.push([true, words.sex]);
    if (!digits.startsWith(words.region)) lines.push([false, words.elsewhere]);
    return lines;
  }
}

function digitsOf(text) {
  return text.replace(/\D/g, "");
}

// The caret stays behind the digit it stood behind.
function group(input) {
  const digits = digitsOf(input.value);
  if (/[^\d\s.-]/.test(input.value)) return;
  const before = digitsOf(input.value.slice(0, input.selectionStart ?? 0)).length;
  const grouped = digits.replace(/(\d{4})(?=\d)/g, "$1 ");
  if (grouped === input.value) return;
  input.value = grouped;
  if (document.activeElement !== input) return;
  const caret = before + Math.floor(Math.max(before - 1, 0) / 4);
  input.setSelectionRange(caret, caret);
}

function exists([day, month, year]) {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCDate() === day && date.getUTCMonth() === month - 1 && date <= new Date();
}

function age([day, month, year]) {
  const now = new Date();
  const before = now.getMonth() + 1 < month || (now.getMonth() + 1 === month && now.getDate() < day);
  return now.getFullYear() - year - (before ? 1 : 0);
}

function shown([day, month, year]) {
  return `${String(day).padStart(2, "0")}-${String(month).padStart(2, "0")}-${year}`;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
}

// Tells an officer who is typing that this village may already have a referral of the same person.
const PAUSE_MS = 600;
const ASKED = ["csrf_token", "village_code", "name", "nik", "birth", "sex", "rt", "rw", "hamlet"];

function similar(element) {
  const form = element.closest("form");
  const notice = element.querySelector(".notice");
  const status = notice.querySelector("[role=status]");
  const list = notice.querySelector("ul");
  let timer, last = "", asking;

  const typed = () => {
    const all = new FormData(form);
    const some = new FormData();
    for (const name of ASKED) for (const value of all.getAll(name)) some.append(name, value);
    some.append("besides", element.dataset.besides);
    return some;
  };
  const show = (answer) => {
    const words = answer.found.map((one) => {
      const link = Object.assign(document.createElement("a"), { href: one.url, target: "_blank", rel: "noopener", textContent: one.name });
      link.title = element.dataset.open;
      const item = document.createElement("li");
      item.append(link, ` ${one.code}, ${one.text} (${one.state})`);
      return item;
    });
    list.replaceChildren(...words);
    notice.hidden = words.length === 0;
    status.textContent = answer.text;
  };
  const ask = async () => {
    const form_data = typed();
    if ((form_data.get("name") ?? "").trim().length < 3) return;
    const now = JSON.stringify([...form_data]);
    if (now === last) return;
    last = now;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(element.dataset.url, { method: "POST", body: form_data, headers: { Accept: "application/json" }, signal: asking.signal });
      if (answer.ok) show(await answer.json());
    } catch {
      last = ""; // a weak line: asked again at the next word, and in any case before sending
    }
  };
  form.addEventListener("input", (event) => {
    if (!ASKED.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
}
