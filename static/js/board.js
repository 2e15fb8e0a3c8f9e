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
    if (!dragged) return;
    const list = event.target.closest("[data-team]");
    const day = event.target.closest("[data-drop-day]");
    const off = event.target.closest("[data-drop-off]");
    const before = list && event.target.closest("li.person");
    const place = list ?? day ?? (isOnRoute(dragged) ? off : null);
    if (!place) return;
    event.preventDefault();
    point(place, before === dragged ? null : before);
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

  function isOnRoute(person) {
    return Boolean(person.closest("[data-team]"));
  }

  function point(place, before) {
    if (target && target.place === place && target.before === before) return;
    clear();
    target = { place, before };
    before ? before.classList.add("drop-before") : place.classList.add("drop-end");
    ask();
  }

  function clear() {
    element.querySelectorAll(".drop-before, .drop-end").forEach((old) => old.classList.remove("drop-before", "drop-end"));
    target = null;
  }

  // On a route a place is counted without whoever is dragged; on a day's tab the server looks for the best one, with
  // the same team where there is one; on the list of those who wait somebody is taken off.
  function fill() {
    const { place, before } = target;
    const { team = "", day, dropDay } = place.dataset;
    const rest = [...place.querySelectorAll("li.person")].filter((one) => one !== dragged);
    form.elements.kind.value = "dropOff" in place.dataset ? "exclude" : "move";
    form.elements.visits.value = dragged.dataset.visit;
    form.elements.team.value = team;
    form.elements.day.value = dropDay ?? day ?? "";
    form.elements.position.value = team ? (before ? rest.indexOf(before) : rest.length) : "";
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

  // The map, the line of time and the lists show the same person: what is under the pointer or has the focus, and
  // otherwise whoever was chosen by a press.
  let chosen = null;
  const visitOf = (target) => {
    const found = target.closest("[data-visit], [data-visits]");
    return found?.dataset.visit ?? found?.dataset.visits.split(" ")[0] ?? null;
  };
  const mark = (visit) => {
    element.querySelectorAll(".is-chosen").forEach((old) => old.classList.remove("is-chosen"));
    if (!visit) return;
    element.querySelectorAll(`[data-visit="${visit}"], [data-visits~="${visit}"]`).forEach((one) => one.classList.add("is-chosen"));
  };
  const tellMap = (visit) => element.dispatchEvent(new CustomEvent("board:chosen", { detail: { visit } }));
  element.addEventListener("pointerover", (event) => mark(visitOf(event.target) ?? chosen));
  element.addEventListener("focusin", (event) => {
    const visit = visitOf(event.target);
    mark(visit ?? chosen);
    if (visit && !event.target.closest(".map")) tellMap(visit);
  });
  element.addEventListener("click", (event) => {
    const visit = visitOf(event.target);
    if (!visit || event.target.closest("a, button")) return;
    chosen = visit;
    mark(visit);
    const card = element.querySelector(`li.person[data-visit="${visit}"]`);
    if (event.target.closest(".map")) card?.scrollIntoView({ block: "nearest" });
    else tellMap(visit);
    if (event.target.closest("svg.time-line")) card?.querySelector("a").focus();
  });

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
