// The page that goes on while it signs: lines arrive one by one, the bar counts them and stays in sight.
"use strict";
(() => {
  const count = () => {
    const panel = document.querySelector("[data-signing]");
    if (!panel) return;
    const done = document.querySelectorAll("[data-results] > li").length;
    panel.hidden = false;
    panel.querySelector("[data-done]").textContent = done;
    panel.querySelector("progress").value = done;
    if (document.querySelector("[data-end]")) {
      watcher.disconnect();
      document.querySelector("[data-end]").scrollIntoView({ block: "nearest" });
    }
  };
  const watcher = new MutationObserver(count);
  watcher.observe(document.documentElement, { childList: true, subtree: true });
  count();
})();
