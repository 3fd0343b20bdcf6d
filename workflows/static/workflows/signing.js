// The page that goes on while it signs: lines arrive one by one, the bar counts them and stays in sight.
"use strict";
(() => {
  let shown = 0;
  const count = () => {
    const panel = document.querySelector("[data-signing]");
    if (!panel) return;
    const done = document.querySelectorAll("[data-results] > li").length;
    panel.hidden = false;
    const bar = panel.querySelector("progress");
    if (done !== shown && bar) {
      // Only a new number is written: writing is itself a change that the watcher reports, without end.
      panel.querySelector("[data-done]").textContent = shown = done;
      bar.value = done;
    }
    if (document.querySelector("[data-end]")) {
      watcher.disconnect();
      document.querySelector("[data-end]").scrollIntoView({ block: "nearest" });
    }
  };
  const watcher = new MutationObserver(count);
  watcher.observe(document.documentElement, { childList: true, subtree: true });
  count();
})();
