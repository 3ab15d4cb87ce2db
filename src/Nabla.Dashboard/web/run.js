import { follow } from "/assets/follow.js";

for (const root of document.querySelectorAll("[data-follow]")) {
  follow(root, run => `run ${run}`);
}
