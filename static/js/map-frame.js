// Runs inside the map's own document, before folium's script, which calls the functions below. The document is
// sandboxed: it knows nothing of the site around it and exchanges only keys of stops ("2-5") with it.
"use strict";

const STOP_KEY = /^\d{1,3}-\d{1,3}$/;
const NAMES_FROM_ZOOM = 13;
// A balloon opens clear of the controls: below them on a phone, between them on a wide screen.
const BALLOON = window.innerWidth < 800
  ? { maxWidth: 240, autoPanPaddingTopLeft: [8, 112], autoPanPaddingBottomRight: [8, 24] }
  : { maxWidth: 260, autoPanPaddingTopLeft: [64, 16], autoPanPaddingBottomRight: [300, 24] };
const signs = new Map();
let words = {};

document.documentElement.classList.add("live");
addEventListener("error", () => document.documentElement.classList.remove("live"));

// A balloon's words are set as text, never as markup.
function sambangBalloon({ key, title, lines }) {
  const box = document.createElement("div");
  box.append(Object.assign(document.createElement("b"), { textContent: title }));
  for (const line of lines) box.append(Object.assign(document.createElement("p"), { textContent: line }));
  if (key && window.parent !== window) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.table });
    button.addEventListener("click", () => tell({ stop: key, go: true }));
    box.append(button);
  }
  return box;
}

function sambangStop(marker, said) {
  signs.set(said.key, marker);
  marker.bindPopup(() => sambangBalloon(said), BALLOON);
  marker.on("popupopen", () => tell({ stop: said.key, go: false }));
}

function sambangLeftOut({ properties }, layer) {
  layer.bindPopup(() => sambangBalloon(properties), BALLOON);
}

function sambangMap(map, said) {
  words = said;
  L.control.zoom({ zoomInTitle: said.closer, zoomOutTitle: said.further }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (said.credit) {
    map.attributionControl.addAttribution(Object.assign(document.createElement("span"), { textContent: said.credit }).innerHTML);
  }
  const toggle = document.querySelector(".leaflet-control-layers-toggle");
  toggle.title = said.layers;
  toggle.textContent = said.layers;
  const name = () => map.getContainer().classList.toggle("far", map.getZoom() < NAMES_FROM_ZOOM);
  map.on("zoomend", name);
  const fit = () => map.invalidateSize({ animate: false }).fitBounds(said.bounds, { padding: [28, 28], maxZoom: 16, animate: false });
  fit();
  name();
  let untouched = true;
  for (const act of ["pointerdown", "wheel", "keydown"]) addEventListener(act, () => { untouched = false; }, { passive: true });
  addEventListener("resize", () => (untouched ? fit() : map.invalidateSize()));
  addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !STOP_KEY.test(data?.show)) return;
    const sign = signs.get(data.show);
    if (!sign) return;
    untouched = false;
    map.setView(sign.getLatLng(), Math.max(map.getZoom(), 14), { animate: false });
    sign.openPopup();
  });
  tell({ ready: true });
}

function tell(message) {
  if (window.parent !== window) window.parent.postMessage(message, "*");
}
