// Comforts only: every act works without JavaScript. This file: menus and lost sessions; beside it autosave.js and grid.js.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  // Menus -----------------------------------------------------------------------------------------------
  for (const toggle of all("[data-menu-toggle]")) {
    toggle.addEventListener("click", (event) => {
      event.preventDefault();
      const menu = document.getElementById(toggle.getAttribute("aria-controls"));
      const open = getComputedStyle(menu).display === "none";
      menu.classList.toggle("is-open", open);
      menu.classList.toggle("is-closed", !open);
      toggle.setAttribute("aria-expanded", String(open));
    });
  }
  const closeUserMenus = (except) => all(".user-menu[open]").filter((menu) => menu !== except).forEach((menu) => (menu.open = false));
  document.addEventListener("click", (event) => closeUserMenus(event.target.closest(".user-menu")));
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeUserMenus(null));

  // htmx: a lost session must not put the sign-in page into a corner of this one ----------------------------------
  document.addEventListener("htmx:beforeSwap", (event) => {
    const login = document.body.dataset.login;
    const url = event.detail.xhr.responseURL;
    if (login && url && new URL(url).pathname === login && location.pathname !== login) {
      event.detail.shouldSwap = false;
      location.assign(`${login}?next=${encodeURIComponent(location.pathname)}`);
    }
  });
})();
