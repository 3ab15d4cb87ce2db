import { follow } from "/assets/follow.js";

for (const root of document.querySelectorAll("[data-follow]")) {
  const names = new Map([...root.querySelectorAll("[data-name]")].map(row => [row.dataset.run, row.dataset.name]));
  follow(root, run => names.get(run) ?? run);
}
