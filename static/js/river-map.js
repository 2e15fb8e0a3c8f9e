// Draws a river and its bridges on a map, into two boxes of text with one point a line; what is typed there is drawn
// as well. A tap adds a point to what was chosen: the river's line or a bridge.

export default function draw(element) {
  const { dataset } = element;
  const boxes = { line: document.getElementById(dataset.line), bridges: document.getElementById(dataset.bridges) };
  const box = element.querySelector(".map");
  const said = element.querySelector(".map-said");
  const open = element.querySelector("[data-river-do=open]");
  const undo = element.querySelector("[data-river-do=undo]");
  const choice = element.querySelector("[data-river-choice]");
  const say = (text) => { said.textContent = text ?? ""; };
  let drawn = null;

  const rows = (name) => boxes[name].value.split("\n").map((row) => row.trim()).filter(Boolean);
  const points = (name) => rows(name)
    .map((row) => row.match(/^(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)$/))
    .filter(Boolean).map(([, lat, lon]) => [Number(lat), Number(lon)]);
  const chosen = () => choice.querySelector("input:checked").value;

  function show() {
    if (!drawn) return;
    drawn.clearLayers();
    const { L } = window;
    drawn.addLayer(L.polyline(points("line"), { color: "#0b5fa5", weight: 5, interactive: false }));
    for (const point of points("line")) drawn.addLayer(L.circleMarker(point, { radius: 3, color: "#0b5fa5", interactive: false }));
    for (const point of points("bridges")) {
      drawn.addLayer(L.circleMarker(point, { radius: 8, weight: 3, color: "#211c17", fillColor: "#fff", fillOpacity: 1, interactive: false }));
    }
  }

  function add({ latlng }) {
    const name = chosen();
    boxes[name].value = [...rows(name), `${latlng.lat.toFixed(6)}, ${latlng.lng.toFixed(6)}`].join("\n");
    show();
  }

  open.addEventListener("click", async () => {
    open.hidden = true;
    say(dataset.saidWait);
    try {
      const { leaflet, json, frame, drawBackground, drawRoads } = await import(dataset.mapJs);
      const L = await leaflet(dataset);
      const background = await json(dataset.mapBackground).catch(() => null);
      box.hidden = choice.hidden = undo.hidden = false;
      const map = frame(L, box, dataset);
      map.setView([-7.42, 110.98], 11);
      if (background) {
        const { bounds, rename } = drawBackground(L, map, background, dataset.mapEstimated);
        if (bounds.isValid()) map.fitBounds(bounds);
        rename();
      }
      drawRoads(L, map, dataset.mapRoads, dataset.mapRoadsCredit);
      drawn = L.layerGroup().addTo(map);
      const known = points("line");
      if (known.length > 1) map.fitBounds(known);
      map.on("click", add);
      show();
      say(dataset.saidTap);
    } catch {
      open.hidden = false;
      say(dataset.saidNoMap);
    }
  });
  undo.addEventListener("click", () => {
    const name = chosen();
    boxes[name].value = rows(name).slice(0, -1).join("\n");
    show();
  });
  for (const name of ["line", "bridges"]) boxes[name].addEventListener("input", show);
  open.hidden = false;
}
