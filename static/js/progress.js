// Follow work that goes on elsewhere: ask its address every second, show what it says, move on when it is done.

const EVERY_MS = 1000;
const SLOWEST_MS = 15_000;

export default function follow(element) {
  const bar = element.querySelector("progress");
  const percent = element.querySelector("[data-poll-percent]");
  const text = element.querySelector("[data-poll-text]");
  const number = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  let wait = EVERY_MS;

  // The reload that serves pages without script would only disturb here.
  if (document.querySelector("meta[http-equiv=refresh]")) stop();

  async function ask() {
    try {
      const answer = await fetch(element.dataset.pollUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      wait = EVERY_MS;
      const now = await answer.json();
      show(now);
      if (now.done_url) {
        location.assign(now.done_url);
        return;
      }
    } catch {
      wait = Math.min(wait * 2, SLOWEST_MS);
      say(element.dataset.lost);
    }
    setTimeout(ask, wait);
  }

  function show({ fraction, text: words }) {
    if (typeof fraction === "number") {
      bar.value = fraction;
      percent.textContent = number.format(fraction);
    } else {
      bar.removeAttribute("value");
      percent.textContent = "";
    }
    say(words ?? "");
  }

  // A screen reader hears each change once, not each second.
  function say(words) {
    if (text.textContent !== words) text.textContent = words;
  }

  ask();
}
