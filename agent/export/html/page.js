"use strict";
(function () {
  const labels = __LABELS__;
  const root = document.documentElement;
  const find = (query, within) => Array.from((within || document).querySelectorAll(query));

  // Light or dark: as the system says until the reader chooses.
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // The contents follow the reader.
  const links = new Map(find(".contents a").map((link) => [link.getAttribute("href").slice(1), link]));
  const watcher = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (!one.isIntersecting) continue;
      links.forEach((link) => link.classList.remove("here"));
      const link = links.get(one.target.id);
      if (link) link.classList.add("here");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  find("main > section").forEach((one) => watcher.observe(one));

  // Search: every block that holds all the words, with its part; the words are marked in the text.
  const box = document.getElementById("search");
  const hits = document.getElementById("hits");
  const found = document.getElementById("found");
  const places = find("main p, main li, main tr, main dd, main h2, main h3, main h4, main h5, main aside")
    .filter((one) => !one.querySelector("p, li, tr, dd"))
    .map((node) => ({ node, text: node.textContent.toLowerCase() }));
  const unmark = () => find("mark").forEach((one) => {
    const parent = one.parentNode;
    parent.replaceChild(document.createTextNode(one.textContent), one);
    parent.normalize();
  });
  const mark = (node, word) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (let text of texts) {
      let at = text.data.toLowerCase().indexOf(word);
      while (at >= 0) {
        const rest = text.splitText(at);
        const after = rest.splitText(word.length);
        const wrapped = document.createElement("mark");
        rest.parentNode.replaceChild(wrapped, rest);
        wrapped.appendChild(rest);
        text = after;
        at = text.data.toLowerCase().indexOf(word);
      }
    }
  };
  const search = () => {
    unmark();
    hits.textContent = "";
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) { found.textContent = ""; return; }
    const shown = places.filter((one) => words.every((word) => one.text.includes(word)));
    found.textContent = shown.length ? labels.search_count.replace("{n}", shown.length) : labels.search_none;
    shown.slice(0, 60).forEach(({ node, text }) => {
      const link = document.createElement("a");
      const at = Math.max(text.indexOf(words[0]) - 14, 0);
      link.href = "#" + node.closest("section").id;
      link.textContent = (at ? "…" : "") + node.textContent.slice(at, at + 60).trim();
      const part = document.createElement("small");
      part.textContent = node.closest("section").querySelector("h2, h3").textContent;
      link.appendChild(part);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        node.scrollIntoView({ block: "center" });
      });
      const item = document.createElement("li");
      item.appendChild(link);
      hits.appendChild(item);
    });
    shown.slice(0, 400).forEach(({ node }) => words.forEach((word) => mark(node, word)));
  };
  let timer = 0;
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 180); });

  // Charts: what one points at is said; a series that one chooses stands alone.
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.appendChild(tip);
  find(".chart svg").forEach((chart) => {
    find("title", chart).forEach((title) => {
      title.parentNode.dataset.tip = title.textContent;
      title.remove();
    });
    chart.addEventListener("pointermove", (event) => {
      const said = event.target.dataset && event.target.dataset.tip;
      tip.hidden = !said;
      if (!said) return;
      tip.textContent = said;
      tip.style.left = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8) + "px";
      tip.style.top = event.clientY + 16 + "px";
    });
    chart.addEventListener("pointerleave", () => { tip.hidden = true; });
    chart.addEventListener("click", (event) => {
      const name = event.target.dataset && event.target.dataset.series;
      const again = name && chart.classList.contains("focus") && event.target.classList.contains("on");
      chart.classList.toggle("focus", Boolean(name) && !again);
      find("[data-series]", chart).forEach((one) => one.classList.toggle("on", one.dataset.series === name));
    });
  });
})();
