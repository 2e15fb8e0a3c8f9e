// Dragging on the planner's board. Everything can be done by the plain forms too: this only makes them quicker.
// While something is dragged, the server says what the drop would do; dropping sends the same form as a person would.
const NEWS_MS = 8000;

export default function board(element) {
  const form = document.getElementById("drop");
  const said = element.querySelector("[data-drag-said]");
  let dragged = null;
  let target = null;
  let asking = null;

  element.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li.person[draggable=true]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.visit);
  });
  element.addEventListener("dragover", (event) => {
    const list = event.target.closest("[data-team]");
    if (!dragged || !list) return;
    event.preventDefault();
    const before = event.target.closest("li.person");
    point(list, before === dragged ? null : before);
  });
  element.addEventListener("drop", (event) => {
    if (!dragged || !target) return;
    event.preventDefault();
    fill();
    clear();
    form.requestSubmit();
  });
  element.addEventListener("dragend", () => {
    dragged = null;
    clear();
    say("");
  });

  function point(list, before) {
    if (target && target.list === list && target.before === before) return;
    clear();
    target = { list, before };
    before ? before.classList.add("drop-before") : list.classList.add("drop-end");
    ask();
  }

  function clear() {
    element.querySelectorAll(".drop-before, .drop-end").forEach((old) => old.classList.remove("drop-before", "drop-end"));
    target = null;
  }

  // Places are counted without whoever is dragged.
  function fill() {
    const rest = [...target.list.querySelectorAll("li.person")].filter((one) => one !== dragged);
    const place = target.before ? rest.indexOf(target.before) : rest.length;
    form.elements.visits.value = dragged.dataset.visit;
    form.elements.team.value = target.list.dataset.team;
    form.elements.day.value = target.list.dataset.day;
    form.elements.position.value = place;
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    fill();
    try {
      const answer = await fetch(element.dataset.try, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
        signal: asking.signal,
      });
      if (!answer.ok) return;
      const { state, text } = await answer.json();
      if (dragged) say(text, state);
    } catch {
      // A newer question came, or the line is away: the drop itself is checked again by the server.
    }
  }

  function say(text, state = "") {
    said.hidden = !text;
    said.className = `drag-said ${state}`;
    said.textContent = text;
  }

  // The drawing and the list show the same person.
  const mark = (visit) => {
    element.querySelectorAll(".is-chosen").forEach((old) => old.classList.remove("is-chosen"));
    if (!visit) return;
    element.querySelectorAll(`[data-visit="${visit}"]`).forEach((one) => one.classList.add("is-chosen"));
  };
  for (const kind of ["focusin", "pointerover"]) {
    element.addEventListener(kind, (event) => mark(event.target.closest("[data-visit]")?.dataset.visit));
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select")) return;
    const again = event.key === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
    if (!again && event.key !== "z") return;
    event.preventDefault();
    element.querySelector(again ? "[data-redo]" : "[data-undo]")?.click();
  });

  const news = element.querySelector("[data-board-news]");
  setInterval(async () => {
    if (document.hidden || dragged) return;
    try {
      const answer = await fetch(element.dataset.news, { headers: { Accept: "application/json" } });
      const { changed, text } = await answer.json();
      if (!changed || !news.hidden) return;
      news.hidden = false;
      news.append(`${text} `);
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = news.dataset.look;
      news.append(link);
    } catch {
      // The line is away; the next question may get through.
    }
  }, NEWS_MS);
}
