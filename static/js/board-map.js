// The board's map: each team's houses with their numbers, its way, and who waits. It shares its selection with the
// lists: a house carries the visits made there, and `board.js` marks whatever carries the visit that is chosen.
const WIDE = "(min-width: 64rem)";
const SVG = "http://www.w3.org/2000/svg";
const SIZE = 26;

export default function boardMap(section) {
  const { dataset } = section;
  const box = section.querySelector(".map");
  const said = section.querySelector(".map-said");
  const button = section.querySelector("[data-map-open]");
  const houses = new Map();
  let map = null;

  section.hidden = false;
  button.addEventListener("click", open);
  if (matchMedia(WIDE).matches) open();
  section.closest("[data-board]").addEventListener("board:chosen", ({ detail }) => {
    const at = houses.get(detail.visit);
    if (map && at && !map.getBounds().pad(-0.1).contains(at)) map.panTo(at);
  });

  async function open() {
    button.hidden = true;
    said.textContent = dataset.saidWait;
    try {
      const { leaflet, json, frame, drawBackground } = await import(dataset.mapJs);
      const L = await leaflet(dataset);
      const [facts, ground] = await Promise.all([json(dataset.mapOf), json(dataset.mapBackground).catch(() => null)]);
      const hasRoads = facts.routes.some(({ ways }) => ways.some(({ straight }) => !straight));
      const hasGuesses = facts.routes.some(({ ways }) => ways.some(({ straight }) => straight));
      box.hidden = false;
      map = frame(L, box, { ...dataset, mapCredit: hasRoads ? dataset.mapCredit : "" });
      const seen = [...(facts.office ? [facts.office] : []), ...facts.routes.flatMap(({ stops }) => stops.map(({ at }) => at))];
      if (seen.length) map.fitBounds(L.latLngBounds(seen), { padding: [24, 24], maxZoom: 15 });
      else map.setView([-7.42, 110.98], 11);
      draw(L, facts);
      if (ground) drawBackground(L, map, ground, dataset.mapEstimated).rename();
      said.textContent = [facts.waiting.length ? dataset.saidWaiting : "", hasGuesses ? dataset.saidStraight : ""].join(" ").trim();
    } catch {
      said.textContent = dataset.saidNoMap;
    }
  }

  function draw(L, { office, routes, waiting }) {
    const svg = L.svg({ padding: 0.5 });
    for (const { at, visit, title, text } of waiting) {
      houses.set(visit, at);
      const dot = L.circleMarker(at, { renderer: svg, radius: 6, weight: 2, color: "#564c41", fillColor: "#fff", fillOpacity: 0.9 });
      dot.bindPopup(() => balloon(title, text, [visit])).addTo(map);
      dot.getElement().dataset.visits = visit;
    }
    for (const { ways, colour, dash } of routes) {
      for (const { points, straight } of ways) {
        L.polyline(points, { color: colour, weight: straight ? 2.5 : 4, opacity: 0.85, dashArray: straight ? dash : null, interactive: false }).addTo(map);
      }
    }
    for (const { stops, colour, shape } of routes) {
      for (const { at, label, visits, title, text } of stops) {
        const icon = L.divIcon({ className: "board-stop", html: sign(shape, colour, label), iconSize: [SIZE, SIZE] });
        const marker = L.marker(at, { icon, title, alt: title, riseOnHover: true });
        marker.bindPopup(() => balloon(title, text, visits)).addTo(map);
        marker.getElement().dataset.visits = visits.join(" ");
        for (const visit of visits) houses.set(visit, at);
      }
    }
    if (office) {
      const icon = L.divIcon({ className: "board-stop", html: sign("M-11 11V-2L0-12L11-2V11z", "#211c17", ""), iconSize: [SIZE, SIZE] });
      L.marker(office, { icon, title: dataset.saidOffice, alt: dataset.saidOffice, interactive: false, keyboard: false }).addTo(map);
    }
  }

  function balloon(title, text, visits) {
    const said = document.createElement("div");
    said.append(Object.assign(document.createElement("b"), { textContent: title }));
    said.append(Object.assign(document.createElement("p"), { textContent: text }));
    for (const visit of visits.slice(0, 3)) {
      const link = Object.assign(document.createElement("a"), { href: dataset.person + visit, textContent: dataset.saidOpen });
      said.append(Object.assign(document.createElement("p"), { className: "small" }), link);
    }
    return said;
  }
}

function sign(shape, colour, label) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "-15 -15 30 30");
  drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shape);
  path.setAttribute("fill", colour);
  path.setAttribute("stroke", "#fff");
  path.setAttribute("stroke-width", "1.5");
  const text = document.createElementNS(SVG, "text");
  text.setAttribute("y", "4.5");
  text.setAttribute("text-anchor", "middle");
  text.setAttribute("font-size", label.length < 3 ? "13" : "9");
  text.setAttribute("font-weight", "700");
  text.setAttribute("fill", "#fff");
  text.textContent = label;
  drawn.append(path, text);
  return drawn;
}
