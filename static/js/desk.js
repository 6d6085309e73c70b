// Keyboard of the officers' desk: "/" search, "j" and "k" move, Enter opens, "g q" goes to the queue.
(function () {
  "use strict";
  let pending = "";

  function isTyping(element) {
    return element.closest("input:not([type='checkbox']), textarea, select, [contenteditable]") !== null;
  }

  function rows() {
    return Array.from(document.querySelectorAll("[data-row]"));
  }

  function move(step) {
    const all = rows();
    if (all.length === 0) return;
    const at = all.findIndex((row) => row.getAttribute("aria-current") === "true");
    const next = at === -1 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    all.forEach((row) => row.removeAttribute("aria-current"));
    all[next].setAttribute("aria-current", "true");
    const link = all[next].querySelector("a[href]");
    if (link) link.focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
  }

  const keys = {
    "/": function () {
      const box = document.querySelector("[data-search]");
      if (box) box.focus();
    },
    j: () => move(1),
    k: () => move(-1),
    g: function () {
      pending = "g";
      window.setTimeout(() => (pending = ""), 1000);
    },
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (pending === "g" && event.key === "q") {
      pending = "";
      follow("[data-queue-home]");
      return;
    }
    if (event.key === "Enter" && event.target === document.body) {
      follow("[data-row][aria-current='true'] a[href]");
      return;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // On a phone the queues are one line: the current one is brought into it, also after the counts have come.
  function showCurrent() {
    const current = document.querySelector(".mc-queues [aria-current='page']");
    const line = current && current.closest(".mc-queues");
    if (line) line.scrollLeft = current.offsetLeft - line.offsetLeft - 16;
  }
  showCurrent();
  document.addEventListener("htmx:afterSettle", showCurrent);

  // One box marks every row of the page; without a script it is not there.
  document.querySelectorAll("[data-mark-all]").forEach((box) => (box.hidden = false));

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-mark-all]")) {
      const form = event.target.form || event.target.closest("form");
      form.querySelectorAll("[data-row] input[type='checkbox']").forEach((mark) => (mark.checked = event.target.checked));
    }
    // A choice on which other choices hang asks for the form again, as its button does without a script.
    const again = event.target.form && event.target.form.querySelector(`[data-reload-for="${event.target.name}"]`);
    if (again) again.click();
  });
})();
