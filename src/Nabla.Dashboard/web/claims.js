// Reruns claims and shows how they go.
import { Plot, short } from "/assets/plot.js";

const root = document.querySelector("[data-claims]");
let events = null;
// Verdicts of before the page was loaded are in it already.
const seen = new Map();

async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Nabla-Antiforgery": root.dataset.antiforgery },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

async function rerun(card, full) {
  try {
    show(card, await post("/claims/run", { claim: card.dataset.claim, full }));
    listen();
  } catch (failure) {
    part(card, "[data-message]").textContent = failure.message;
  }
}

async function cancel(card) {
  try {
    show(card, await post(`/claims/jobs/${card.dataset.job}/cancel`, {}));
  } catch (failure) {
    part(card, "[data-message]").textContent = failure.message;
  }
}

function listen() {
  if (events) return;
  events = new EventSource("/claims/events");
  events.addEventListener("job", event => {
    const state = JSON.parse(event.data);
    const card = root.querySelector(`[data-claim="${CSS.escape(state.claim)}"]`);
    if (card) show(card, state);
  });
  events.addEventListener("end", () => {
    events.close();
    events = null;
    // A claim may have been asked for while the last events were on their way.
    if (root.querySelector("[data-busy]")) listen();
  });
}

const part = (card, selector) => card.querySelector(selector);

function show(card, state) {
  const isActive = state.status === "waiting" || state.status === "running";
  card.dataset.job = state.job;
  card.toggleAttribute("data-busy", isActive);
  for (const button of card.querySelectorAll("[data-rerun]")) button.disabled = isActive;
  part(card, "[data-cancel]").hidden = !isActive;
  const progress = part(card, "[data-progress]");
  progress.hidden = state.status !== "running";
  if (state.expected === null) {
    progress.removeAttribute("value");
  } else {
    // A guess from the stated seconds; it stops short of the end until the verdict is there.
    progress.value = Math.min(0.95, state.seconds / Math.max(state.expected, 0.1));
  }
  const seconds = state.status === "running" ? ` ${state.seconds.toFixed(1)} s` : "";
  part(card, "[data-message]").textContent =
    state.status === "done" ? "" : [state.status + seconds, state.message].filter(Boolean).join(": ");
  if (!isActive && seen.get(state.claim) !== state.job) {
    seen.set(state.claim, state.job);
    part(card, "[data-announce]").textContent = `${state.claim}: ${state.verdict ?? state.status}`;
    if (state.verdict) result(card);
  }
}

// Puts a part of a page that the server made in the place of what an element holds.
async function refill(place, address) {
  const answer = await fetch(address);
  if (answer.ok) place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
}

async function result(card) {
  const place = part(card, "[data-result]");
  const wasOpen = place.querySelector("details")?.open ?? false;
  await refill(place, `/claims/${card.dataset.claim}/body`);
  const counts = document.querySelector("[data-counts]");
  if (counts) refill(counts, "/claims/counts");
  const details = place.querySelector("details");
  if (details) details.open = wasOpen || "open" in card.dataset;
  plots(card);
}

// Pictures are not kept in the store: they are there for what ran since the dashboard was started.
async function plots(card) {
  const place = part(card, "[data-plots]");
  if (!place) return;
  const answer = await fetch(place.dataset.plots);
  if (!answer.ok) return;
  place.replaceChildren();
  for (const plot of await answer.json()) {
    const figure = document.createElement("figure");
    figure.className = "plot";
    const caption = document.createElement("figcaption");
    const heading = document.createElement("h2");
    heading.textContent = plot.title;
    caption.append(heading);
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    canvas.dataset.label = plot.title;
    figure.append(caption, canvas, table(plot));
    place.append(figure);
    new Plot(canvas, { logX: plot.logX, logY: plot.logY, xName: plot.x, yName: plot.y }).draw(
      plot.lines.map(line => ({ name: line.name, x: line.points.map(p => p[0]), y: line.points.map(p => p[1]) })));
  }
}

function table(plot) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = `${plot.title} as a table`;
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  const table = document.createElement("table");
  table.createCaption().textContent = plot.title;
  const head = table.createTHead().insertRow();
  for (const name of ["line", plot.x, plot.y]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    if (name !== "line") cell.className = "number";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const line of plot.lines) {
    for (const [x, y] of line.points) {
      const row = body.insertRow();
      row.insertCell().textContent = line.name;
      for (const text of [short(x), y === null ? "not finite" : short(y)]) {
        const cell = row.insertCell();
        cell.className = "number";
        cell.textContent = text;
      }
    }
  }
  scroll.append(table);
  details.append(summary, scroll);
  return details;
}

for (const actions of root.querySelectorAll("[data-actions], [data-all-actions]")) actions.hidden = false;
root.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("rerunAll" in button.dataset) {
    root.querySelectorAll("[data-claim]").forEach(card => rerun(card, false));
    return;
  }
  const card = button.closest("[data-claim]");
  if (!card) return;
  if (button.dataset.rerun) rerun(card, button.dataset.rerun === "full");
  if ("cancel" in button.dataset) cancel(card);
});
root.querySelectorAll("[data-plots]").forEach(place => plots(place.closest("[data-claim]")));
if (root.dataset.active) listen();
