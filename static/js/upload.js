// Resumable uploads in place of the plain form: one file after the other, with progress, going on after a cut line.
// Needs tus-js-client; without either script the form posts as any form does.
(function () {
  "use strict";
  if (!window.tus || !window.tus.isSupported) return;

  const CHUNK = 1024 * 1024; // the server keeps whole blocks of this size, proxies pass them on at once
  const RETRIES = [0, 1000, 3000, 5000, 10000, 20000, 30000];
  let queue = Promise.resolve();
  let unfinished = 0;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function button(text, about, act) {
    const made = element("button", "govuk-button govuk-button--secondary mc-button--quiet", text);
    made.type = "button";
    made.append(element("span", "govuk-visually-hidden", " " + about));
    made.addEventListener("click", act);
    return made;
  }

  // One line of the list: name, state, bar, and what can be done.
  function line(form, file) {
    const section = form.closest("[data-papers]");
    const item = element("li", "mc-file");
    const what = element("div", "mc-file__what");
    const state = element("p", "mc-small mc-muted", form.dataset.textWaiting);
    const bar = element("progress", "mc-progress");
    const actions = element("div", "govuk-button-group");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    what.append(element("span", "mc-file__name", file.name), state, bar, actions);
    item.append(what);
    section.querySelector("[data-upload-list]").append(item);
    const news = section.querySelector("[data-upload-news]");
    return {
      section: section,
      // Shown at every step; spoken only when it is something new to hear.
      say: function (text, aloud) {
        state.textContent = text;
        if (aloud) news.textContent = file.name + ": " + text;
      },
      progress: function (percent) {
        bar.value = percent;
      },
      offer: function (buttons) {
        actions.replaceChildren.apply(actions, buttons);
      },
      fail: function (text) {
        state.className = "govuk-error-message";
        bar.hidden = true;
        this.say(text, true);
      },
      again: function () {
        state.className = "mc-small mc-muted";
        bar.hidden = false;
      },
      remove: function () {
        item.remove();
      },
    };
  }

  function refusal(error) {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    let body = {};
    try {
      body = JSON.parse(response.getBody()).error || {};
    } catch (_unreadable) {
      // no answer, or one that is not ours
    }
    return { status: status, message: body.message, signIn: response && response.getHeader("X-Sign-In") };
  }

  function token(form) {
    return form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  // After a new sign-in the page's token is worth nothing: take the one of a fresh page. False: still signed out.
  function renewToken(form) {
    return fetch(form.action, { credentials: "same-origin" })
      .then(function (response) {
        return response.redirected ? "" : response.text();
      })
      .then(function (text) {
        const fresh = new DOMParser().parseFromString(text, "text/html");
        const found = fresh.querySelector("[data-upload] [name=csrfmiddlewaretoken]");
        if (found) form.querySelector("[name=csrfmiddlewaretoken]").value = found.value;
        return Boolean(found);
      });
  }

  // Show the papers as the server has them now; the lines of other uploads stay.
  function refresh(form, section) {
    return fetch(form.action, { credentials: "same-origin", headers: { "HX-Request": "true" } })
      .then(function (response) {
        return response.ok ? response.text() : "";
      })
      .then(function (text) {
        const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-papers-list]");
        const stale = section.querySelector("[data-papers-list]");
        if (!fresh || !stale) return;
        stale.replaceWith(fresh);
        if (window.htmx) window.htmx.process(fresh);
        section.dispatchEvent(new CustomEvent("papers:changed", { bubbles: true }));
      })
      .catch(function () {});
  }

  function options(form, file, view, settle) {
    const texts = form.dataset;
    return {
      endpoint: texts.uploadEndpoint,
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: { dossier: texts.uploadDossier, component: texts.uploadComponent, filename: file.name },
      fingerprint: function () {
        const parts = [texts.uploadDossier, texts.uploadComponent, file.size, file.lastModified, file.type, file.name];
        return Promise.resolve("mc-" + parts.join("-"));
      },
      onBeforeRequest: function (request) {
        request.setHeader("X-CSRFToken", token(form));
      },
      onShouldRetry: function (error) {
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        const again = status === 0 || status === 409 || status >= 500;
        if (again) view.say(texts.textRetry, true);
        return again;
      },
      onProgress: function (sent, total) {
        const percent = total ? Math.floor((sent * 100) / total) : 100;
        view.progress(percent);
        if (percent === 100) view.say(texts.textChecking, true);
        else view.say(texts.textSending + " " + percent + " %", percent % 25 === 0);
      },
      onSuccess: function () {
        view.say(texts.textDone, true);
        refresh(form, view.section).then(view.remove);
        settle();
      },
    };
  }

  function stopped(form, file, view, error, url) {
    const found = refusal(error);
    const isSignedOut = found.status === 401 || (found.status === 403 && !found.message);
    const isFinal = found.status >= 400 && found.status < 500 && !isSignedOut && found.status !== 409;
    if (isFinal) {
      view.fail(found.message || form.dataset.textFailed);
      view.offer([button(form.dataset.textDismiss, file.name, view.remove)]);
    } else if (isSignedOut) {
      wait(form, file, view, url, form.dataset.textSignedOut, found.signIn);
    } else {
      wait(form, file, view, url, form.dataset.textFailed);
    }
  }

  // The bytes so far are kept: go on when the person says so, after a new sign-in where one is needed.
  function wait(form, file, view, url, text, signIn) {
    view.fail(text);
    const goOn = button(form.dataset.textContinue, file.name, function () {
      renewToken(form).then(
        function (isSignedIn) {
          if (!isSignedIn) {
            view.say(form.dataset.textSignedOut, true);
            return;
          }
          view.again();
          enqueue(form, file, view, url);
        },
        function () {
          view.say(form.dataset.textFailed, true);
        },
      );
    });
    const offers = [goOn, button(form.dataset.textDismiss, file.name, view.remove)];
    if (signIn) {
      const link = element("a", "govuk-link", form.dataset.textSignIn);
      link.href = signIn;
      link.target = "_blank";
      link.rel = "noopener";
      offers.unshift(link);
    }
    view.offer(offers);
  }

  function send(form, file, view, knownUrl) {
    return new Promise(function (settle) {
      const wishes = options(form, file, view, settle);
      wishes.onError = function (error) {
        stopped(form, file, view, error, upload.url);
        settle();
      };
      const upload = new window.tus.Upload(file, wishes);
      view.offer([
        button(form.dataset.textCancel, file.name, function () {
          upload.abort(true).catch(function () {});
          view.remove();
          settle();
        }),
      ]);
      upload.findPreviousUploads().then(function (previous) {
        if (previous.length) upload.resumeFromPreviousUpload(previous[0]);
        else if (knownUrl) upload.url = knownUrl;
        upload.start();
      });
    });
  }

  function enqueue(form, file, view, knownUrl) {
    unfinished += 1;
    queue = queue
      .then(function () {
        return send(form, file, view, knownUrl);
      })
      .finally(function () {
        unfinished -= 1;
      });
  }

  document.addEventListener("change", function (event) {
    const input = event.target;
    const form = input.closest("form[data-upload]");
    if (!form || input.type !== "file") return;
    Array.from(input.files).forEach(function (file) {
      enqueue(form, file, line(form, file));
    });
    input.value = "";
  });

  // Choosing is sending: the button is for pages without this script.
  function prepare(root) {
    root.querySelectorAll("form[data-upload]").forEach(function (form) {
      const plain = form.querySelector("[data-upload-plain]");
      if (plain) plain.remove();
      form.querySelector("input[type=file]").multiple = true;
    });
  }

  window.addEventListener("beforeunload", function (event) {
    if (unfinished > 0) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", function () {
    prepare(document);
  });
  document.addEventListener("htmx:load", function (event) {
    prepare(event.detail.elt);
  });
})();
