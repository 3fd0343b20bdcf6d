// [data-grid] with rows (tr or [data-row]): arrows and Enter move between rows, 1-9 choose, R opens the reason.
// [data-needed]: must be filled in; [data-next-unfinished]: a link that jumps to the next that is not.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Next unfinished -------------------------------------------------------------------------------------------
  const unfinished = () =>
    all("[data-needed]").filter((box) => {
      const fields = box.matches("input, select, textarea") ? [box] : all("input, select, textarea", box);
      return fields.length && !fields.some((field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value.trim()));
    });
  function markNext() {
    const left = unfinished().length;
    for (const link of all("[data-next-unfinished]")) link.hidden = !left;
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-next-unfinished]")) return;
    const boxes = unfinished();
    if (!boxes.length) return;
    event.preventDefault();
    const here = document.activeElement;
    const next = boxes.find((box) => here.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING && !box.contains(here)) || boxes[0];
    next.scrollIntoView({ block: "center" });
    (next.matches("input, select, textarea") ? next : next.querySelector("input, select, textarea")).focus({ preventScroll: true });
  });
  document.addEventListener("change", markNext);
  markNext();

  // Keyboard in grids -------------------------------------------------------------------------------------------
  const MOVES = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    const grid = field.closest && field.closest("[data-grid]");
    if (!grid || event.ctrlKey || event.altKey || event.metaKey || !field.matches("input, select")) return;
    const row = field.closest("tr, [data-row]");
    const choice = field.type === "radio";
    if (choice && /^[1-9]$/.test(event.key)) {
      const options = all(`[name="${CSS.escape(field.name)}"]`, row);
      if (options[event.key - 1]) options[event.key - 1].click(), options[event.key - 1].focus();
      return;
    }
    if (choice && event.key.toLowerCase() === "r") {
      const reason = row.querySelector("[data-reason]");
      if (reason) event.preventDefault(), reason.closest("details") && (reason.closest("details").open = true), reason.focus();
      return;
    }
    if (!(event.key in MOVES) || (event.key !== "Enter" && (choice || field.matches("select")))) return;
    event.preventDefault(); // Enter goes to the next row instead of handing the form in
    const reach = (line) => all("input:not([type=hidden]):not([disabled]), select", line).filter((other) => !choice || other.checked || other === all(`[name="${CSS.escape(other.name)}"]`, line)[0]);
    const column = reach(row).indexOf(field);
    const rows = all("tr, [data-row]", grid).filter((line) => reach(line).length);
    const target = rows[rows.indexOf(row) + (event.shiftKey && event.key === "Enter" ? -1 : MOVES[event.key])];
    if (!target) return;
    const fields = reach(target);
    const next = fields[Math.min(Math.max(column, 0), fields.length - 1)];
    next.focus();
    if (next.select && !choice) next.select();
  });
})();
