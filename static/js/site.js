// What every page does beyond plain HTML. Everything here is a comfort: each page works without it.
(function () {
  "use strict";

  // Screen readers hear what is wrong first, and the link lands in the control.
  function announceErrors(root) {
    const summary = root.querySelector("[data-module='error-summary']");
    if (!summary) return;
    summary.focus({ preventScroll: true });
    summary.scrollIntoView({ block: "start" });
  }

  // A second click within a second is the same wish, not a second one.
  const clicked = new WeakMap();
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-prevent-double-click]");
    if (!button) return;
    const now = Date.now();
    if (now - (clicked.get(button) || 0) < 1000) event.preventDefault();
    clicked.set(button, now);
  });

  document.addEventListener("click", function (event) {
    const printer = event.target.closest("[data-print]");
    if (!printer) return;
    event.preventDefault();
    window.print();
  });

  // Filters act at once with a mouse; their button stays for everybody else.
  document.addEventListener("htmx:afterSwap", function (event) {
    announceErrors(event.detail.target);
  });

  document.addEventListener("DOMContentLoaded", function () {
    announceErrors(document);
  });
})();
