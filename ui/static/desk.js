"use strict";
// What the page does by itself: which part is shown, editing in place, sorting, search, themes. All else asks the server.
window.cehua = (function () {
  const find = (query, within) => Array.from((within || document).querySelectorAll(query));
  const one = (query, within) => (within || document).querySelector(query);
  const kept = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window keeps nothing */ } },
  };
  const language = location.pathname.split("/")[1] || "en";
  let part = "summary";
  let speak = null;
  let proposing = false;
  let opened = "";
  let focused = null;

  // Appearance: as the system says until somebody chooses.
  function dark(on) {
    document.body.classList.toggle("dark", on);
    document.documentElement.classList.toggle("dark", on);
  }
  function start() {
    document.documentElement.lang = language;
    const chosen = kept.get("cehua-theme");
    if (chosen) dark(chosen === "dark");
    else dark(matchMedia("(prefers-color-scheme: dark)").matches);
  }

  // The corrections on the brief's form: what differs from what was read.
  function answers() {
    const told = {};
    find(".brief-form [name]").forEach((box) => {
      if (box.value.trim() !== box.dataset.was.trim()) told[box.name] = box.value;
    });
    return JSON.stringify(told);
  }

  // Which part of the plan is shown. A part comes as text and becomes elements when it is first looked at.
  function unfold(article) {
    const held = article && article.firstElementChild;
    if (!held || held.tagName !== "NOSCRIPT") return;
    article.innerHTML = held.textContent;
    find("table", article).forEach(sortable);
    const cites = find(".cite", article);
    const sources = cites.length ? JSON.parse(one(".reader-labels").dataset.sources) : [];
    cites.forEach((cite) => { cite.dataset.tip = sources[cite.textContent - 1] || cite.textContent; });
  }
  function unfoldAll() { find(".plan-page > article").forEach(unfold); }
  function openPart(name, focus) {
    const target = document.getElementById("part-" + name);
    if (!target) return;
    unfold(target);
    part = name;
    find(".plan-page > article").forEach((article) => { article.hidden = article !== target; });
    find(".contents button[data-open-part]").forEach((button) => {
      if (button.dataset.openPart === name) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    if (focus) {
      const tab = find("#tabs button[role=tab]")[1];
      if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
      const narrow = innerWidth < 900;
      const list = one(".contents details");
      if (list && narrow) list.open = false;
      one("h2", target).focus({ preventScroll: true });
      target.scrollIntoView({ block: "start" });
      scrollBy(0, -12);
    }
  }

  // Editing in place.
  function editing(article, on) {
    article.classList.toggle("editing", on);
    const button = one("[data-mode=edit]", article);
    if (button) button.setAttribute("aria-pressed", String(on));
    find(".can", article).forEach((place) => {
      if (on) { place.tabIndex = 0; place.setAttribute("role", "button"); }
      else { place.removeAttribute("tabindex"); place.removeAttribute("role"); }
    });
    if (!on) find(".editor", article).forEach(closeEditor);
  }
  function closeEditor(editor) {
    editor.previousElementSibling.hidden = false;
    editor.remove();
  }
  function edit(place) {
    if (place.nextElementSibling && place.nextElementSibling.classList.contains("editor")) return;
    const labels = one(".reader-labels").dataset;
    const editor = document.createElement("span");
    editor.className = "editor";
    const box = document.createElement("textarea");
    box.value = place.innerText;
    box.rows = Math.min(Math.max(Math.ceil(box.value.length / 40), 2), 10);
    box.setAttribute("aria-label", labels.edit);
    const make = (label, style, run) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.className = style;
      button.addEventListener("click", (event) => { event.stopPropagation(); run(button); });
      return button;
    };
    const path = place.dataset.path;
    const locked = place.classList.contains("locked");
    const send = (button, data) => { if (!button.disabled) { button.disabled = true; speak(data); } };
    const save = make(labels.save, "main", (button) => {
      if (box.value.trim() && box.value !== place.innerText) send(button, { do: "edit", place: path, text: box.value });
      else closeEditor(editor);
    });
    editor.append(
      box, save,
      make(locked ? labels.unlock : labels.lock, "", (button) => send(button, { do: locked ? "unlock" : "lock", place: path })),
      make(labels.cancel, "", () => closeEditor(editor)),
    );
    editor.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { closeEditor(editor); place.focus(); }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save.click();
      event.stopPropagation();
    });
    place.hidden = true;
    place.after(editor);
    box.focus();
  }

  // Tables: a click on a heading sorts, another one turns the order; sums stay below.
  function sortable(table) {
    const body = one("tbody", table);
    if (!body || body.rows.length < 3) return;
    find("thead th", table).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        find("th", table).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sums = find("tr.total", body);
        const rows = Array.from(body.rows).filter((row) => !row.classList.contains("total"));
        const key = (row) => (row.cells[column] ? row.cells[column].textContent.trim() : "");
        rows.sort((a, b) => compare(key(a), key(b)) * (down ? -1 : 1));
        body.append(...rows, ...sums);
      });
    });
  }
  function compare(a, b) {
    const numbers = (text) => (/^[^\d]{0,4}\d/.test(text) ? (text.replace(/(\d),(?=\d{3})/g, "$1").match(/\d+(?:\.\d+)?/g) || []).map(Number) : null);
    const left = numbers(a), right = numbers(b);
    if (left && right) {
      for (let at = 0; at < Math.min(left.length, right.length); at++) if (left[at] !== right[at]) return left[at] - right[at];
      return left.length - right.length;
    }
    return a.localeCompare(b, language);
  }

  // Search in the plan: every passage that holds all the words, with its part.
  function search(box) {
    const hits = one(".hits");
    hits.textContent = "";
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return;
    unfoldAll();
    const found = find(".plan-page p, .plan-page li, .plan-page tr, .plan-page dd")
      .filter((node) => !one("p, li, tr, dd", node) && words.every((word) => node.textContent.toLowerCase().includes(word)));
    found.slice(0, 30).forEach((node) => {
      const button = document.createElement("button");
      const at = Math.max(node.textContent.toLowerCase().indexOf(words[0]) - 12, 0);
      button.type = "button";
      button.textContent = (at ? "…" : "") + node.textContent.slice(at, at + 60).trim();
      button.addEventListener("click", () => {
        openPart(node.closest("article[data-part]").dataset.part, true);
        reveal(node);
      });
      const item = document.createElement("li");
      item.append(button);
      hits.append(item);
    });
    if (!found.length) {
      const none = document.createElement("li");
      none.textContent = box.dataset.none;
      hits.append(none);
    }
  }
  function reveal(node) {
    for (let at = node.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    node.scrollIntoView({ block: "center" });
    node.classList.add("shown");
    setTimeout(() => node.classList.remove("shown"), 2500);
  }
  // The text that a finding is about; without one of its own, what lies nearest to it, and at least its part.
  function goTo(path) {
    unfoldAll();
    const places = find(".can[data-path]");
    const within = (outer, inner) => inner === outer || inner.startsWith(outer + ".") || inner.startsWith(outer + "[");
    const around = places.filter((at) => within(at.dataset.path, path)).sort((a, b) => b.dataset.path.length - a.dataset.path.length);
    const place = places.find((at) => within(path, at.dataset.path)) || around[0] || nearest(places, path);
    const name = place ? place.closest("article[data-part]").dataset.part : path.split(/[.[]/)[0];
    openPart(name, true);
    if (place) reveal(place);
  }
  function nearest(places, path) {
    const item = path.replace(/\.[^.]*$/, "");
    return item === path ? null : places.find((at) => at.dataset.path.startsWith(item + ".")) || nearest(places, item);
  }

  // Uploads: what is too large is said at once and not sent.
  function tooLarge(event) {
    const box = event.target.closest && event.target.closest(".block");
    const files = event.type === "drop" ? event.dataTransfer && event.dataTransfer.files : event.target.type === "file" && event.target.files;
    const told = box && files && files.length && one(".too-large", box.parentElement);
    if (!told) return;
    told.hidden = !Array.from(files).some((file) => file.size > Number(told.dataset.most));
    if (told.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "change") event.target.value = "";
    told.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("change", tooLarge, true);
  document.addEventListener("drop", tooLarge, true);

  // A citation says its source beside itself, wherever the table that it stands in ends.
  let cited = null;
  function tip(cite) {
    cited = cite && cite.isConnected ? cite : null;
    let box = document.getElementById("tip");
    if (!box) {
      box = document.createElement("div");
      box.id = "tip";
      box.setAttribute("role", "tooltip");
      document.body.append(box);
    }
    box.hidden = !cited;
    if (!cited) return;
    box.textContent = cited.dataset.tip;
    const at = cited.getBoundingClientRect();
    const left = Math.min(Math.max(at.left + at.width / 2 - box.offsetWidth / 2, 8), innerWidth - box.offsetWidth - 8);
    const above = at.top - box.offsetHeight - 6;
    box.style.left = left + "px";
    box.style.top = (above > 4 ? above : at.bottom + 6) + "px";
  }
  const citation = (event) => event.target.closest && event.target.closest(".cite[data-tip]");
  document.addEventListener("mouseover", (event) => { if (citation(event)) tip(citation(event)); });
  document.addEventListener("mouseout", (event) => { if (citation(event)) tip(null); });
  document.addEventListener("focusin", (event) => { if (citation(event) || cited) tip(citation(event)); });
  document.addEventListener("scroll", () => { if (cited) tip(cited); }, true);

  // Downloads: made while one waits, and a failure is said where one looks.
  async function fetchFile(link) {
    const told = one(".told", link.closest(".menu"));
    if (link.getAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    told.textContent = link.dataset.export;
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(await answer.text());
      const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") || "");
      const address = URL.createObjectURL(await answer.blob());
      const down = document.createElement("a");
      down.href = address;
      down.download = named ? decodeURIComponent(named[1]) : "plan";
      down.click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
      told.textContent = "";
    } catch (error) {
      told.textContent = told.dataset.failed + " " + (error.message || "");
    }
    link.removeAttribute("aria-busy");
  }

  // The way to the chat is offered while the chat is out of sight.
  let watched = null;
  let atChat = false;
  function watchChat() {
    const beside = one(".beside");
    if (!beside || beside === watched) return;
    watched = beside;
    new IntersectionObserver((seen) => { atChat = seen[seen.length - 1].isIntersecting; offerChat(); }).observe(beside);
  }
  function offerChat() { find(".to-chat").forEach((link) => { link.hidden = atChat; }); }

  // After the server drew a place again: what the page knows by itself is put back.
  function settle(element) {
    find("time[datetime]", element).forEach((at) => { at.textContent = new Date(at.dateTime).toLocaleString(language); });
    if (one(".reader", element)) {
      if (innerWidth < 900) one(".contents details", element).open = false;
      const edited = element.dataset.editing;
      openPart(document.getElementById("part-" + part) ? part : "summary", false);
      if (edited === part) editing(document.getElementById("part-" + part), true);
    }
    const head = one("section.head[data-run]", element);
    if (head) { watchChat(); offerChat(); }
    if (head && head.dataset.run !== opened) {
      if (opened) part = "summary";
      opened = head.dataset.run;
      scrollTo({ top: 0 });
    }
    if (cited) tip(cited);
    refocus(element);
    const chat = one(".chat", element);
    if (chat) {
      chat.scrollTop = chat.scrollHeight;
      if (proposing) {
        proposing = false;
        chat.scrollIntoView({ block: "center" });
        const first = find("[data-do=apply]", chat).pop();
        if (first) first.focus({ preventScroll: true });
      }
    }
    const seen = one("section.difference", element);
    if (seen) seen.scrollIntoView({ block: "nearest" });
  }

  // A place that is drawn again keeps the button that the keyboard stood on.
  function refocus(element) {
    if (!focused || focused.within !== element.id || document.activeElement !== document.body) return;
    const again = find("button", element).find((button) => same(button, focused.data));
    if (again) again.focus({ preventScroll: true });
  }
  function same(button, data) {
    const names = Object.keys(data);
    return names.length > 0 && names.every((name) => button.dataset[name] === data[name]);
  }
  document.addEventListener("focusin", (event) => {
    const place = event.target.closest("button") && event.target.closest(".desk[id]");
    focused = place ? { within: place.id, data: { ...event.target.closest("button").dataset } } : null;
  });

  function collect(box) {
    const form = {};
    find("input[name], textarea[name]", box).forEach((at) => {
      if (at.type !== "checkbox") form[at.name] = at.value;
      else if (at.checked) form[at.name] = [...(form[at.name] || []), at.value];
    });
    return form;
  }

  function pressed(event, element, trigger) {
    const place = event.target.closest(".editing .can");
    if (place && !event.target.closest(".cite")) { edit(place); return; }
    const link = event.target.closest("a[data-export]");
    if (link) { event.preventDefault(); fetchFile(link); return; }
    const button = event.target.closest("button");
    if (!button) return;
    const data = button.dataset;
    if (data.themeSwitch) {
      const on = !document.body.classList.contains("dark");
      dark(on);
      kept.set("cehua-theme", on ? "dark" : "light");
    } else if (data.openPart) openPart(data.openPart, true);
    else if (data.goto) goTo(data.goto);
    else if (data.ask) {
      find(".ask", button.closest("li")).forEach((at) => { at.hidden = at.id !== data.ask || !at.hidden; });
      const box = one("input, button", document.getElementById(data.ask));
      if (box) box.focus();
    } else if (data.cancel) button.closest(".ask").hidden = true;
    else if (data.mode === "edit") {
      const article = button.closest("article[data-part]");
      const on = !article.classList.contains("editing");
      editing(article, on);
      element.dataset.editing = on ? article.dataset.part : "";
    } else if (data.do) {
      if (button.getAttribute("aria-busy")) return;
      button.setAttribute("aria-busy", "true");
      setTimeout(() => button.removeAttribute("aria-busy"), 4000);
      proposing = data.do === "mend" || data.do === "ask-again";
      const told = { ...data };
      if (data.form) told.form = collect(button.closest(".ask, .theirs"));
      trigger("click", told);
    }
  }

  function bind(element, trigger, watch) {
    if (element.id === "reader" || one("#reader", element) || element.closest("#reader")) speak = (data) => trigger("click", data);
    element.addEventListener("click", (event) => pressed(event, element, trigger));
    element.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && event.target.matches(".editing .can")) { event.preventDefault(); edit(event.target); }
    });
    element.addEventListener("input", (event) => {
      if (event.target.matches(".find")) { clearTimeout(element.waits); element.waits = setTimeout(() => search(event.target), 180); }
    });
    watch("value", () => settle(element));
    settle(element);
  }

  return { answers, bind, start };
})();
