// Tells an officer who is typing that this village may already have a referral of the same person.
const PAUSE_MS = 600;
const ASKED = ["csrf_token", "village_code", "name", "nik", "birth", "sex", "rt", "rw", "hamlet"];

export default function similar(element) {
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
  ask();
}
