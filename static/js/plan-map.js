// The map in its frame and the tables belong together: a stop chosen in one is shown in the other. The frame is a
// document without an origin; nothing but keys of stops ("2-5": team, stop) goes in or out.
const STOP_KEY = /^\d{1,3}-\d{1,3}$/;

export default function start(section) {
  const frame = section.querySelector("iframe");
  let isReady = false;
  let waiting = null;

  const show = (key) => frame.contentWindow.postMessage({ show: key }, "*");

  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data?.ready) {
      isReady = true;
      if (waiting) show(waiting);
      waiting = null;
    } else if (STOP_KEY.test(data?.stop)) {
      choose(data.stop, data.go === true);
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-stop]");
    if (!link) return;
    choose(link.dataset.stop, false);
    frame.loading = "eager";
    if (isReady) show(link.dataset.stop);
    else waiting = link.dataset.stop;
  });
}

function choose(key, go) {
  document.querySelectorAll(".route-table .chosen").forEach((row) => row.classList.remove("chosen"));
  const row = document.getElementById(`titik-${key}`);
  if (!row) return;
  row.classList.add("chosen");
  if (go) row.focus();
}
