/* Conveniences only: every page works without this file. */
(() => {
  "use strict";
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (el) => el.closest("input, textarea, select, [contenteditable]");

  const reveal = (root) => all("[data-js]", root).forEach((el) => (el.hidden = false));

  // --- messages ------------------------------------------------------------------
  const say = (text, tone) => {
    const area = find("#messages");
    if (!area || !text) return;
    const box = document.createElement("div");
    box.className = `notice ${tone}`;
    box.textContent = text;
    area.replaceChildren(box);
  };

  // --- dialogs and menus -----------------------------------------------------------
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    const folded = dialog.closest("details.step");
    if (folded) {
      folded.open = true; // a folded parent would keep the dialog out of sight
      dialog.addEventListener("close", () => (folded.open = false), { once: true });
    }
    dialog.showModal();
  };

  const closeMenus = (except) =>
    all("details.menu[open]").forEach((menu) => {
      if (menu !== except && !find("dialog[open]", menu)) menu.open = false;
    });

  document.addEventListener("click", (event) => {
    const el = event.target;
    const opener = el.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      closeMenus();
      openDialog(opener.dataset.dialog);
      return;
    }
    if (el.closest("[data-close]")) el.closest("dialog").close();
    if (el.closest("[aria-disabled='true']")) event.preventDefault();
    const copied = el.closest("[data-copy]");
    if (copied)
      navigator.clipboard
        .writeText(copied.dataset.copy)
        .then(() => say(document.body.dataset.copied, "good"));
    closeMenus(el.closest("details.menu"));
  });

  // --- forms -----------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  const unguard = (root) => {
    const forms = all("form[data-sent]", root);
    if (root.matches && root.matches("form[data-sent]")) forms.push(root);
    forms.forEach((form) => {
      delete form.dataset.sent;
      all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
    });
  };
  window.addEventListener("pageshow", () => unguard(document));

  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  // data-shows-when="question=answer" or "question!=answer": parts that an answer asks for
  const showAsked = (form) =>
    all("[data-shows-when]", form).forEach((el) => {
      const [question, answer] = el.dataset.showsWhen.split(/!?=/);
      const given = new FormData(form).get(question) ?? "";
      el.hidden = (given === answer) === el.dataset.showsWhen.includes("!=");
    });
  const showAllAsked = () => all("form:has([data-shows-when])").forEach(showAsked);
  document.addEventListener("change", (event) => event.target.form && showAsked(event.target.form));
  window.addEventListener("pageshow", showAllAsked); // a browser that goes back restores answers

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-form]") || !event.submitter) return;
    document.documentElement.dataset.theme = event.submitter.value; // before the answer comes
  });

  // --- lists -----------------------------------------------------------------------
  const rows = () => all("[data-list] [data-row]");
  const here = () => find("[data-row].here");
  const link = (row) => find("td.lead a, .lead a, a", row);

  const go = (by) => {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(here());
    const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
    list.forEach((row) => row.classList.toggle("here", row === next));
    link(next)?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) rows().forEach((other) => other.classList.toggle("here", other === row));
  });

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => find("input[type=checkbox]", here() || document.createElement("i"))?.click(),
    "/": () => find("#search")?.focus(),
    "?": () => openDialog("keys"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest("details.menu[open]");
      closeMenus();
      if (menu) find("summary", menu)?.focus();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (find("dialog[open]")) return;
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // --- htmx ------------------------------------------------------------------------
  document.addEventListener("htmx:afterRequest", (event) => unguard(event.target));
  document.addEventListener("htmx:load", (event) => reveal(event.target));
  ["htmx:responseError", "htmx:sendError"].forEach((name) =>
    document.addEventListener(name, (event) => {
      if (!event.target.closest("[data-quiet]")) say(document.body.dataset.failed, "bad");
    }),
  );

  reveal(document);
  const place = find(".rail [aria-current]"); // on a phone the menu is a strip that scrolls
  if (place) find(".rail").scrollLeft = place.offsetLeft - 48;
  const step = find(".wizard-steps [aria-current]"); // and so are the names of a form's steps
  if (step) step.closest("ol").scrollLeft = step.parentElement.offsetLeft - 24;
  find("#form-errors")?.focus();
})();
