// The table of runs: arrow keys between rows, a count of the chosen, fresh numbers for what is running.
import { show } from "/assets/follow.js";

const refresh = 2000;
const form = document.querySelector("[data-runs]");

function countChosen() {
  const count = form.querySelectorAll("input[name=run]:checked").length;
  form.querySelector("[data-chosen]").textContent = count === 0 ? "" : `${count} chosen`;
}

function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const cell = event.target.closest("tbody td, tbody th");
  if (!step || !cell) return;
  const rows = [...cell.closest("tbody").rows];
  const next = rows[rows.indexOf(cell.parentElement) + step];
  const control = next?.cells[cell.cellIndex].querySelector("a, input");
  if (control) {
    event.preventDefault();
    control.focus();
  }
}

async function refreshLive() {
  const live = [...form.querySelectorAll("tr[data-live]")].map(row => row.dataset.run);
  if (live.length === 0) return;
  try {
    const answer = await fetch(`/state?${live.map(run => `run=${encodeURIComponent(run)}`).join("&")}`);
    if (answer.ok) {
      for (const state of await answer.json()) {
        show(form, state, true);
        if (state.status !== "running") form.querySelector(`[data-run="${CSS.escape(state.run)}"]`).removeAttribute("data-live");
      }
    }
  } catch {
    // The dashboard does not answer; it may come back.
  }
  setTimeout(refreshLive, refresh);
}

if (form) {
  form.addEventListener("change", countChosen);
  form.addEventListener("keydown", moveFocus);
  countChosen();
  setTimeout(refreshLive, refresh);
}
