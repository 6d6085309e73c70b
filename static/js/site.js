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

  document.addEventListener("htmx:afterSwap", function (event) {
    // Swapped as a whole, the target is no longer on the page.
    announceErrors(event.detail.target.isConnected ? event.detail.target : document);
  });

  // An answer that has nothing to show in the form's place names another one: the form stays with what was typed.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const answer = event.detail.xhr;
    if (answer.status === 503 && answer.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
  });

  // A fold that a phone needs is open where there is room.
  function openFolds() {
    if (!window.matchMedia("(min-width: 900px)").matches) return;
    document.querySelectorAll("[data-open-when-wide]").forEach((fold) => (fold.open = true));
  }

  document.addEventListener("DOMContentLoaded", function () {
    openFolds();
    announceErrors(document);
  });
})();
