() => {
  const words = {}; // the server puts the texts of this script here, by language and English text
  const language = (navigator.language || "en").split("-")[0];
  const say = (text, values = {}) => Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), (words[language] || {})[text] || text);
  document.documentElement.lang = words[language] ? language : "en";
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const one = (selector, within = document) => within.querySelector(selector);
  const question = () => one("#ibid-question textarea");
  const reader = () => one("#ibid-reading .ibid-reader");
  const isTyping = (target) => target.closest && target.closest("input, textarea, select, [contenteditable=true]");

  // Evidence and article share one place; which of them shows is a matter of this page alone.
  const view = (name) => { document.body.dataset.ibidView = name; };
  view("evidence");
  const light = (element) => {
    document.querySelectorAll(".ibid-lit").forEach((other) => other.classList.remove("ibid-lit"));
    element.classList.add("ibid-lit");
    element.scrollIntoView({ behavior: still() ? "auto" : "smooth", block: element.matches(".ibid-place") ? "center" : "nearest" });
    element.focus({ preventScroll: true });
  };
  const show = (id) => {
    const card = document.getElementById(id);
    if (!card) return false;
    view("evidence");
    const group = card.closest("details");
    if (group) group.open = true;
    light(card);
    return true;
  };

  // The article: from mark to mark, and words found in it.
  let opened = null;
  const marks = () => [...document.querySelectorAll("#ibid-reading .ibid-place")];
  const step = (by) => {
    const all = marks();
    if (!all.length) return;
    const now = all.findIndex((mark) => mark.classList.contains("ibid-lit"));
    const next = now < 0 ? 0 : (now + by + all.length) % all.length;
    light(all[next]);
    one("#ibid-reading .ibid-count").textContent = say("{n} of {all} marked", { n: next + 1, all: all.length });
  };
  const find = (typed) => {
    const told = one("#ibid-reading .ibid-found");
    const ranges = [];
    if (typed.trim()) {
      const walker = document.createTreeWalker(reader(), NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement.closest(".ibid-bar")) continue;
        const text = node.data.toLowerCase();
        for (let at = text.indexOf(typed.toLowerCase()); at >= 0; at = text.indexOf(typed.toLowerCase(), at + 1)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + typed.length);
          ranges.push(range);
        }
      }
    }
    if (window.Highlight) CSS.highlights.set("ibid-found", new Highlight(...ranges));
    told.textContent = typed.trim() ? say("{n} found", { n: ranges.length }) : "";
    if (ranges.length) ranges[0].startContainer.parentElement.scrollIntoView({ block: "center" });
  };
  const opening = () => {
    const article = reader();
    if (!article || article === opened) return;
    opened = article;
    view("article");
    const target = document.getElementById(article.dataset.current || "");
    if (target) step(marks().indexOf(target) + 1); else light(one("h2", article));
    if (target) light(target);
  };

  // An article that the library shows is brought into view where it stands below the list.
  let shown = null;
  const showing = () => {
    const article = one("#ibid-text .ibid-reader");
    if (!article || article === shown) return;
    shown = article;
    const top = article.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight / 2) article.scrollIntoView({ behavior: still() ? "auto" : "smooth", block: "start" });
  };

  // The library: rows in the order of a column, and those that hold some words.
  const sort = (button) => {
    const head = button.closest("th");
    const body = one("tbody", button.closest("table"));
    const by = Number(button.dataset.sort);
    const up = head.getAttribute("aria-sort") !== "ascending";
    const value = (row) => row.children[by].firstChild ? row.children[by].firstChild.textContent : "";
    const rows = [...body.rows].sort((a, b) => value(a).localeCompare(value(b), undefined, { numeric: true }) * (up ? 1 : -1));
    body.append(...rows);
    for (const other of head.parentElement.children) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  };
  const sift = (field) => {
    const library = field.closest(".ibid-library");
    const rows = [...library.querySelectorAll("tbody tr")];
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(field.value.trim().toLowerCase());
    one(".ibid-shown", library).textContent = field.value.trim() ? say("{n} of {all}", { n: rows.filter((row) => !row.hidden).length, all: rows.length }) : "";
  };

  const copied = async (button) => {
    const text = button.dataset.copy || location.origin + location.pathname + button.dataset.query;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    const before = button.textContent;
    button.textContent = say("copied");
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  // A question that was sent is seen to be, before the server has said anything.
  const sign = document.createElement("div");
  sign.id = "ibid-sign";
  sign.setAttribute("role", "status");
  sign.hidden = true;
  const stepsSeen = () => document.querySelectorAll("#ibid-chat .ibid-step").length;
  let stepsBefore = 0;
  let signEnds = 0;
  const sent = () => {
    const field = question();
    const chat = one("#ibid-chat");
    if (!field || field.disabled || !field.value.trim() || !chat) return;
    stepsBefore = stepsSeen();
    if (!sign.isConnected) chat.append(sign);
    sign.textContent = say("Question sent…");
    sign.hidden = false;
    clearTimeout(signEnds);
    signEnds = setTimeout(() => { sign.hidden = true; }, 10_000);
  };
  const taken = () => { if (!sign.hidden && stepsSeen() > stepsBefore) sign.hidden = true; };
  document.addEventListener("click", (event) => { if (event.target.closest && event.target.closest("#ibid-question .submit-button")) sent(); }, true);

  // A question that is offered: put and sent as if it were typed; a broad one once the filters are gone.
  let waiting = "";
  const ask = (words) => {
    const field = question();
    if (!field || field.disabled) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, words);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => {
      field.focus();
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true }));
      field.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", code: "Enter", bubbles: true, cancelable: true }));
    }, 50);
  };
  const offered = (link) => {
    const words = link.title || link.textContent;
    const filters = one(".ibid-chips [data-act=clear]");
    if (!link.matches(".ibid-broad") || !filters) { ask(words); return; }
    waiting = words;
    filters.click();
  };
  const unfiltered = () => {
    if (!waiting || one(".ibid-chips")) return;
    const words = waiting;
    waiting = "";
    setTimeout(() => ask(words), 200);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.ibid-ask");
    if (link) { event.preventDefault(); offered(link); }
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest && event.target.closest('a[href*="#cite-"], [data-copy], [data-query], [data-step], [data-sort], [data-act], [data-confirm], [data-out]');
    if (!target) return;
    if (target.dataset.out) { location.assign(`${window.gradio_config.root}/logout`); return; }
    if (target.matches("a")) { if (show(target.getAttribute("href").split("#")[1])) event.preventDefault(); return; }
    if (target.dataset.copy || target.dataset.query) copied(target);
    if (target.dataset.sort) sort(target);
    if (target.dataset.step) step(Number(target.dataset.step));
    if (target.dataset.act === "close") { view("evidence"); const card = one(".ibid-card.ibid-lit") || one(".ibid-card"); if (card) card.focus(); }
    if (target.dataset.act === "open") opened = null;
    if (target.dataset.act === "only") question().focus();
  });
  document.addEventListener("click", (event) => {
    const target = event.target.closest && event.target.closest("[data-confirm]");
    if (!target || target.dataset.asked) return;
    event.stopPropagation();
    target.dataset.asked = "true";
    const before = target.textContent;
    target.textContent = target.dataset.confirm;
    setTimeout(() => { delete target.dataset.asked; target.textContent = before; }, 4000);
  }, true);
  document.addEventListener("input", (event) => { 
    if (event.target.matches(".ibid-find")) find(event.target.value);
    if (event.target.matches(".ibid-rows")) sift(event.target);
  });

  // Keys, where nothing is being typed.
  const help = one("#ibid-help") || document.body.appendChild(Object.assign(document.createElement("dialog"), {
    id: "ibid-help",
    innerHTML: `<h2>${say("Keys")}</h2><dl><dt>/</dt><dd>${say("ask a question")}</dd>`
      + `<dt>1–9</dt><dd>${say("show that quote of the last answer")}</dd><dt>o</dt><dd>${say("open the article of the quote that is lit")}</dd>`
      + `<dt>n, p</dt><dd>${say("next and previous mark in an article")}</dd><dt>Esc</dt><dd>${say("out of a field; back to the evidence")}</dd>`
      + `<dt>?</dt><dd>${say("this sheet")}</dd></dl><form method="dialog"><button>${say("Close")}</button></form>`,
  }));
  const keys = {
    "/": () => question().focus(),
    "?": () => help.showModal(),
    n: () => step(1),
    p: () => step(-1),
    o: () => { const card = one(".ibid-card.ibid-lit") || one(".ibid-card"); if (card) one('[data-act="open"]', card).click(); },
    Escape: () => view("evidence"),
  };
  let wantsFocus = false;
  document.addEventListener("keydown", (event) => {
    wantsFocus = event.key === "Enter" && event.target === question();
    if (wantsFocus && !event.shiftKey && !event.isComposing) sent();
    const dot = event.target.closest && event.target.closest("svg [data-act]");
    if (dot && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      dot.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      return;
    }
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const cards = document.querySelectorAll("#ibid-evidence .ibid-group:first-of-type .ibid-card");
    const card = /^[1-9]$/.test(event.key) && cards[Number(event.key) - 1];
    const act = card ? () => show(card.id) : keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("pointerdown", () => { wantsFocus = false; });
  new MutationObserver(() => {
    opening();
    showing();
    unfiltered();
    taken();
    for (const option of document.querySelectorAll(".extra-feedback-option")) {
      const said = [say("Wrong passage"), say("Something is missing"), say("Nothing in the articles answers"), say("The articles do answer")];
      if (!said.includes(option.textContent.trim())) option.textContent = say(option.textContent.trim());
    }
    const field = question();
    if (field && !field.placeholder) field.placeholder = say("Ask the articles a question");
    if (wantsFocus && field && !field.disabled && document.activeElement === document.body) field.focus();
  }).observe(document.body, { attributes: true, childList: true, subtree: true });
}
