// <form id data-autosave="url" data-autosave-key="person:evaluation">: saved while typing, status in components/save_status.html.
// Posts the form with autosave=1. The answer's [data-live][id] elements replace theirs (total, errors, the hidden input
// named draft_version); 422 is saved with errors, a redirect or 401 a lost session, 409 and any other refusal stops saving
// and shows the answer's [data-refusal] words.
// <form data-guard>: asks before the page is left with unsaved words.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const DRAFT = "draft:";
  const DRAFT_DAYS = 7;
  const dirtyForms = new Set();

  // Drafts on this device ---------------------------------------------------------------------------------
  const storage = (act) => {
    try {
      return act(window.localStorage);
    } catch {
      return null; // storage full or forbidden: the page still works, only without this net
    }
  };
  const dropDrafts = (old) =>
    storage((store) =>
      Object.keys(store)
        .filter((key) => key.startsWith(DRAFT) && old(JSON.parse(store.getItem(key))))
        .forEach((key) => store.removeItem(key)),
    );
  dropDrafts((draft) => Date.now() - draft.at > DRAFT_DAYS * 86400000);
  all("form[data-logout]").forEach((form) => form.addEventListener("submit", () => dropDrafts(() => true)));

  const typed = (form) =>
    all("input, select, textarea", form.ownerDocument)
      .filter((field) => field.form === form && field.name && !["hidden", "password", "file", "submit"].includes(field.type))
      .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked || field.type === "checkbox")
      .map((field) => [field.name, field.type === "checkbox" ? `${field.value}=${field.checked}` : field.value]);
  const fill = (form, fields) => {
    for (const [name, value] of fields) {
      for (const field of all(`[name="${CSS.escape(name)}"]`).filter((candidate) => candidate.form === form)) {
        if (field.type === "radio") field.checked = field.value === value;
        else if (field.type === "checkbox") field.checked = value === `${field.value}=true` || (value !== `${field.value}=false` && field.checked);
        else field.value = value;
      }
    }
  };

  // Autosave ------------------------------------------------------------------------------------------------
  function autosave(form) {
    const key = DRAFT + (form.dataset.autosaveKey || location.pathname + form.id);
    const status = document.querySelector(`[data-save-status="${form.id}"]`);
    const version = () => (form.elements.namedItem("draft_version") || {}).value || "";
    let timer = 0, running = false, again = false, stopped = false, held = null; // held: a submit that waits for a save

    function say(state, words) {
      if (!status) return;
      const time = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
      status.dataset.state = state;
      status.querySelector("[data-save-text]").textContent = words || status.dataset[state].replace("{time}", time);
      status.querySelector("[data-save-login]").hidden = state !== "expired";
      status.querySelector("[data-save-restore]").hidden = true;
    }
    function keep(submitted = false) {
      const draft = { at: Date.now(), version: version(), submitted, fields: typed(form) };
      storage((store) => store.setItem(key, JSON.stringify(draft)));
    }
    function swap(html) {
      const answer = new DOMParser().parseFromString(html, "text/html");
      for (const fresh of all("[data-live][id]", answer)) {
        const old = document.getElementById(fresh.id);
        if (old && !old.contains(document.activeElement)) old.replaceWith(fresh);
      }
    }
    function later(delay) {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(send, delay);
    }
    async function send() {
      if (running) return void (again = true);
      running = true;
      again = false;
      say("saving");
      const body = new FormData(form);
      body.set("autosave", "1");
      const headers = { "X-Requested-With": "autosave" };
      const response = await fetch(form.dataset.autosave || form.action, { method: "POST", body, redirect: "manual", headers })
        .catch(() => null);
      const html = response && response.type !== "opaqueredirect" ? await response.text().catch(() => "") : "";
      running = false;
      settle(response, html);
      if (held) form.requestSubmit(held.button || undefined);
      else if (again) later(300);
    }
    function settle(response, html) {
      if (response && (response.ok || response.status === 422)) {
        swap(html);
        say(again ? "unsaved" : response.ok ? "saved" : "invalid");
        document.dispatchEvent(new Event("change")); // the jump to what is unfinished counts again
        if (again) return;
        dirtyForms.delete(form);
        storage((store) => store.removeItem(key));
        return;
      }
      keep();
      if (!response || response.status >= 500 || response.status === 429) {
        say("offline");
        later(15000);
      } else if (response.type === "opaqueredirect" || response.status === 401) {
        held = null;
        dirtyForms.delete(form); // kept on the device: leaving for the sign-in page loses nothing
        say("expired");
      } else {
        const told = new DOMParser().parseFromString(html, "text/html").querySelector("[data-refusal]");
        stopped = true;
        held = null;
        say("conflict", told && status && `${told.textContent.trim()} ${status.dataset.kept}`);
      }
    }
    function changed() {
      dirtyForms.add(form);
      if (running) again = true;
      if (!stopped) say("unsaved");
      keep();
      later(900);
    }
    document.addEventListener("input", (event) => event.target.form === form && changed());
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (running) {
        event.preventDefault(); // the save on its way changes the draft's version: wait for its answer
        held = { button: event.submitter };
        return;
      }
      keep(!stopped);
      dirtyForms.delete(form);
    });

    const draft = storage((store) => JSON.parse(store.getItem(key)));
    // A draft that was handed in and met a newer version has arrived; with the same version it was lost on the way.
    if (draft && draft.submitted && draft.version !== version()) storage((store) => store.removeItem(key));
    else if (draft && JSON.stringify(draft.fields) !== JSON.stringify(typed(form))) {
      const restore = () => {
        fill(form, draft.fields);
        changed();
        say("restored", status && status.dataset.restored);
      };
      if (draft.version === version()) restore();
      else if (status) {
        say("conflict"); // the server has a newer version: shown, and only taken over by the person's own click
        const button = status.querySelector("[data-save-restore]");
        button.hidden = false;
        button.addEventListener("click", restore, { once: true });
      }
    }
  }
  all("form[data-autosave]").forEach(autosave);

  for (const form of all("form[data-guard]")) {
    form.addEventListener("input", () => dirtyForms.add(form));
    form.addEventListener("submit", () => dirtyForms.delete(form));
  }
  window.addEventListener("beforeunload", (event) => {
    if (!dirtyForms.size) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
