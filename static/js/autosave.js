// Keeps what is typed into a draft: on the server while typing, on this device until the server has it.
// Saves go one after the other, each on top of the revision that the one before it gave.
(function () {
  "use strict";

  const TYPING_PAUSE = 800;
  const RETRY_AFTER = 3000;
  const LONGEST_WAIT = 60000;
  const KEPT_DAYS = 7;
  const PREFIX = "mc-draft:";
  const NOT_TYPED = new Set(["csrfmiddlewaretoken", "revision", "stamp", "whole", "ve"]);

  // --- the copy on this device: one per person, draft and group, only while unsaved

  function stored(key) {
    try {
      return JSON.parse(window.localStorage.getItem(PREFIX + key));
    } catch (_unreadableOrForbidden) {
      return null;
    }
  }

  function remember(key, copy) {
    try {
      window.localStorage.setItem(PREFIX + key, JSON.stringify(copy));
    } catch (_fullOrForbidden) {
      // the page itself still holds it
    }
  }

  function forget(key) {
    try {
      window.localStorage.removeItem(PREFIX + key);
    } catch (_forbidden) {
      // nothing was kept either
    }
  }

  // On a shared computer nothing of the person before stays, and nothing stays for long.
  function forgetOthers(person) {
    let names = [];
    try {
      names = Object.keys(window.localStorage);
    } catch (_forbidden) {
      return;
    }
    names
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => name.slice(PREFIX.length))
      .forEach(function (key) {
        const copy = stored(key);
        const isOld = !copy || Date.now() - copy.at > KEPT_DAYS * 24 * 3600 * 1000;
        if (isOld || !key.startsWith(person + ":")) forget(key);
      });
  }

  // --- the form

  function typed(form) {
    return Array.from(new FormData(form)).filter((pair) => !NOT_TYPED.has(pair[0]) && typeof pair[1] === "string");
  }

  function body(form, pairs, extra) {
    const fields = Array.from(new FormData(form)).filter((pair) => NOT_TYPED.has(pair[0]));
    return new URLSearchParams(pairs.concat(fields, extra || []));
  }

  function put(form, name, value) {
    form.querySelector("[name=" + name + "]").value = value;
  }

  function post(url, content, headers) {
    const signal = AbortSignal.timeout ? AbortSignal.timeout(LONGEST_WAIT) : undefined;
    return fetch(url, { method: "POST", body: content, headers: headers, credentials: "same-origin", signal: signal });
  }

  // After a new sign-in the page's token is worth nothing: take the one of a fresh page. False: still signed out.
  function renewToken(form) {
    return fetch(form.getAttribute("action"), { credentials: "same-origin" })
      .then((response) => (response.redirected || !response.ok ? "" : response.text()))
      .then(function (text) {
        const fresh = new DOMParser().parseFromString(text, "text/html");
        const found = fresh.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
        if (!found) return false;
        put(form, "csrfmiddlewaretoken", found.value);
        document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": found.value }));
        return true;
      });
  }

  // --- what the person sees

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "govuk-button govuk-button--secondary mc-button--small";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function link(text, url, hint) {
    const made = document.createElement("a");
    made.className = "govuk-link";
    made.href = url;
    made.textContent = text;
    if (hint) {
      made.target = "_blank";
      made.rel = "noopener";
      made.textContent += " " + hint;
    }
    return made;
  }

  function statusLine(form) {
    const box = form.querySelector("[data-autosave-status]");
    const text = box.querySelector("[data-autosave-text]");
    const actions = box.querySelector("[data-autosave-actions]");
    // Its place is kept from the start: a button that moves under the finger loses the tap.
    box.hidden = false;
    text.textContent = form.dataset.textIdle;
    return function say(words, offers) {
      text.textContent = words;
      actions.replaceChildren.apply(actions, offers || []);
    };
  }

  // --- saving

  function Saver(form) {
    const texts = form.dataset;
    const key = texts.keepUnder;
    const say = statusLine(form);
    let edits = 0; // how often something was typed
    let savedEdits = 0; // up to which of them the server has it
    let running = null; // the chain of saves under way
    let unanswered = null; // what was sent and never answered: it may have arrived, so it goes again as it was
    let isStopped = false; // somebody must decide first
    let hasRetried = false;
    let timer = 0;

    function keepHere() {
      const revision = form.querySelector("[name=revision]").value;
      remember(key, { at: Date.now(), revision: revision, fields: typed(form) });
    }

    function edited(isChoice) {
      edits += 1;
      keepHere();
      if (isStopped) return;
      say(texts.textSaving); // "saved" must not stand there over words that are not
      window.clearTimeout(timer);
      timer = window.setTimeout(save, isChoice ? 0 : TYPING_PAUSE);
    }

    // Resolves to true when the server has everything that stands on the page.
    function save() {
      window.clearTimeout(timer);
      if (!running) {
        running = chain().finally(function () {
          running = null;
        });
      }
      return running;
    }

    function chain() {
      if (isStopped) return Promise.resolve(false);
      if (savedEdits === edits && !unanswered) return Promise.resolve(true);
      return send().then((isSaved) => (isSaved ? chain() : false));
    }

    function send() {
      const sent = unanswered || { edits: edits, fields: typed(form) };
      unanswered = sent;
      say(texts.textSaving);
      const headers = { Accept: "application/json" };
      return post(texts.autosave, body(form, sent.fields), headers).then(
        (response) => answered(response, sent),
        () => failed(texts.textOffline),
      );
    }

    function answered(response, sent) {
      if (response.status >= 500 || response.status === 429) return failed(texts.textFailed);
      unanswered = null;
      if (response.status === 403) return signedInAnew();
      if (response.status === 401) return signedOut(response);
      if (response.status === 409) return response.json().then(refused);
      if (!response.ok || response.redirected) return stop(texts.textGone, []);
      return response.json().then(function (saved) {
        took(saved);
        savedEdits = Math.max(savedEdits, sent.edits);
        hasRetried = false;
        if (savedEdits === edits) {
          forget(key);
          say(texts.textSaved.replace("{time}", saved.at));
        }
        return true;
      });
    }

    function took(newest) {
      put(form, "revision", newest.revision);
      put(form, "stamp", newest.stamp);
    }

    function stop(words, offers) {
      isStopped = true;
      say(words, offers);
      return false;
    }

    function again() {
      isStopped = false;
      save();
    }

    // Once by itself, then when the line is back or the person says so.
    function failed(words) {
      say(words, [button(texts.textRetry, again)]);
      if (!hasRetried) {
        hasRetried = true;
        timer = window.setTimeout(save, RETRY_AFTER);
      }
      return false;
    }

    function signedOut(response) {
      return response.json().then(function (answer) {
        return stop(texts.textSignedOut, [
          link(texts.textSignIn, answer.sign_in, texts.textNewTab),
          button(texts.textRetry, retryAfterSignIn),
        ]);
      });
    }

    function retryAfterSignIn() {
      renewToken(form).then(
        (isSignedIn) => isSignedIn && again(),
        () => say(texts.textOffline, [button(texts.textRetry, retryAfterSignIn)]),
      );
    }

    // The token is of the session before: fetch the new one and go on, once.
    function signedInAnew() {
      if (hasRetried) return stop(texts.textFailed, [button(texts.textRetry, retryAfterSignIn)]);
      hasRetried = true;
      return renewToken(form).then(function (isSignedIn) {
        if (isSignedIn) return send();
        return stop(texts.textSignedOut, [button(texts.textRetry, retryAfterSignIn)]);
      }, () => failed(texts.textOffline));
    }

    function refused(answer) {
      if (answer.error.code !== "conflict") {
        forget(key);
        return stop(answer.error.message, [link(texts.textOpen, answer.url)]);
      }
      return stop(texts.textConflict, [
        button(texts.textReload, function () {
          forget(key);
          savedEdits = edits;
          window.location.reload();
        }),
        button(texts.textKeep, function () {
          took(answer);
          again();
        }),
      ]);
    }

    function isDirty() {
      return edits !== savedEdits || Boolean(unanswered);
    }

    return { edited: edited, save: save, say: say, isDirty: isDirty, isKept: () => !isStopped && !running && !isDirty() };
  }

  // --- what was kept here and never reached the server

  function redraw(form, fields) {
    const content = body(form, fields, [["refresh", "1"]]);
    return post(form.getAttribute("action"), content, { "HX-Request": "true" })
      .then((response) => (response.ok && !response.redirected ? response.text() : ""))
      .then(function (text) {
        const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("#questions");
        if (!fresh) return false;
        form.querySelector("#questions").replaceWith(fresh);
        if (window.htmx) window.htmx.process(fresh);
        return true;
      })
      .catch(() => false);
  }

  function restore(form, saver) {
    const texts = form.dataset;
    const copy = stored(texts.keepUnder);
    if (!copy) return;
    if (JSON.stringify(copy.fields) === JSON.stringify(typed(form))) {
      forget(texts.keepUnder);
      return;
    }
    function bringBack() {
      redraw(form, copy.fields).then(function (isDone) {
        if (!isDone) return;
        saver.edited(true);
        const note = form.querySelector("[data-autosave-note]");
        note.hidden = false;
        note.textContent = texts.textRestored;
      });
    }
    if (copy.revision === form.querySelector("[name=revision]").value) {
      bringBack();
      return;
    }
    saver.say(texts.textFound, [
      button(texts.textRestore, bringBack),
      button(texts.textDiscard, function () {
        forget(texts.keepUnder);
        saver.say("");
      }),
    ]);
  }

  // --- tying it to the page

  function isChoice(control) {
    return control.tagName === "SELECT" || control.type === "radio" || control.type === "checkbox";
  }

  // Questions drawn again must not take away what was typed while they were on their way.
  function guardRedraws(form, saver) {
    let asked = "";
    form.addEventListener("htmx:beforeRequest", function (event) {
      if (event.detail.target.id === "questions") asked = JSON.stringify(typed(form));
    });
    form.addEventListener("htmx:beforeSwap", function (event) {
      if (event.detail.target.id !== "questions" || asked === JSON.stringify(typed(form))) return;
      event.detail.shouldSwap = false;
      window.htmx.trigger("#questions", "redraw");
    });
    document.addEventListener("htmx:afterSwap", function (event) {
      if (event.detail.target.id === "questions") saver.edited(true);
    });
  }

  // The page is left only when the server has what stands on it; the button is pressed again then.
  function guardSubmit(form, saver) {
    let isSaved = false;
    form.addEventListener("submit", function (event) {
      if (isSaved || event.defaultPrevented || saver.isKept()) return;
      event.preventDefault();
      const pressed = event.submitter;
      saver.save().then(function (isDone) {
        if (!isDone) return;
        isSaved = true;
        form.requestSubmit(pressed || undefined);
        isSaved = false;
      });
    });
  }

  function start(form) {
    const saver = Saver(form);
    forgetOthers(form.dataset.keepUnder.split(":")[0]);
    form.addEventListener("input", function (event) {
      if (!isChoice(event.target)) saver.edited(false);
    });
    form.addEventListener("change", function (event) {
      if (isChoice(event.target)) saver.edited(true);
    });
    window.addEventListener("online", () => saver.isDirty() && saver.save());
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden" && saver.isDirty()) saver.save();
    });
    // A page out of the browser's memory shows a revision of the past.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) window.location.reload();
    });
    guardRedraws(form, saver);
    guardSubmit(form, saver);
    if (form.hasAttribute("data-paused")) return;
    if (form.hasAttribute("data-unsaved")) saver.edited(true);
    else restore(form, saver);
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form[data-autosave]").forEach(start);
  });
})();
