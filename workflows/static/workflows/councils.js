// The room: a row is sent as its box is left. A press on the row's own button sends the row too, so the choice it has just
// left is held back: its answer would replace the button under the finger, and the press would be lost.
"use strict";
(() => {
  let pressed = null, held = null;
  document.addEventListener("pointerdown", (event) => {
    pressed = event.target.closest("button[name=conclude]");
    held = null;
  });
  // A reason is written before the lower class is chosen: sent alone it stores nothing, and the answer would empty the box.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const cause = event.detail.requestConfig?.triggeringEvent?.target;
    if (!cause?.matches?.("[data-reason]")) return;
    const byScore = event.target.querySelector("input[type=radio]:not(:disabled)");
    if (byScore?.checked) event.preventDefault();
  });
  // The head's list is not drawn again at every choice: a row asks for its reason no longer once one is typed.
  document.addEventListener("input", (event) => {
    const asked = event.target.matches("[data-reason]") && event.target.closest("details")?.querySelector("[data-silent]");
    if (asked) asked.hidden = event.target.value.trim() !== "";
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!pressed || !event.target.contains(pressed)) return;
    event.preventDefault();
    held = event.target;
  });
  document.addEventListener("click", (event) => {
    const slippedOff = held && !pressed.contains(event.target);
    pressed = null;
    if (slippedOff) held.dispatchEvent(new Event("change", { bubbles: true })); // no press after all: send it now
    held = null;
  });
})();
