// The review grid: a reason appears beside a changed value; R opens it; Enter in it goes on; Enter after the last row leads
// to the next person. [data-all] ticks every box of its form.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plain = (text) => text.trim().replace(".", ",");

  const boxes = all("[data-standing]");
  function show(box) {
    const row = box.closest("tr");
    const why = row.querySelector("[data-why]");
    if (!why) return;
    const changed = plain(box.value) !== plain(box.dataset.standing);
    why.hidden = !changed && !why.querySelector("textarea").value.trim() && document.activeElement !== why.querySelector("textarea");
    row.classList.toggle("is-changed", changed);
  }
  boxes.forEach(show);
  document.addEventListener("input", (event) => event.target.matches("[data-standing]") && show(event.target));
  document.addEventListener("change", () => boxes.forEach(show));

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (field.matches("[data-standing]") && event.key.toLowerCase() === "r") {
      const why = field.closest("tr").querySelector("[data-why]");
      if (!why) return;
      event.preventDefault();
      why.hidden = false;
      why.querySelector("textarea").focus();
    } else if (field.matches("[data-reason]") && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      next(field.closest("tr").querySelector("[data-standing]"));
    } else if (field.matches("[data-standing]") && event.key === "Enter" && !event.shiftKey) {
      const rows = all("tr", field.closest("[data-grid]")).filter((row) => row.querySelector("[data-standing]"));
      if (rows.indexOf(field.closest("tr")) === rows.length - 1) event.preventDefault(), next(field);
    }
  });
  function next(box) {
    const target = boxes[boxes.indexOf(box) + 1] || document.querySelector("[data-next-person]");
    if (target) target.focus(), target.select && target.select();
  }

  for (const box of all("[data-all]")) {
    const rows = () => all(`input[type=checkbox][name="${CSS.escape(box.dataset.all)}"]:not([disabled])`);
    box.hidden = false;
    box.addEventListener("change", () => rows().forEach((row) => (row.checked = box.checked)));
  }
})();
