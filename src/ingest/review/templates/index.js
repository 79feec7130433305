// The index: search, facets, order and pages over data.entries. Its state is in the address, so that Back returns to it.
{
  const PAGE = 0, TITLE = 1, SOURCE = 2, DAY = 3, NAMES = 4, CHARS = 5, RECORDS = 6, CHANGES = 7, GUESSES = 8, FLAGS = 9,
    RULES = 10, REPEATS = 11, STAGE = 12, REASON = 13, DETAIL = 14;
  const ORDERS = { title: TITLE, published_on: DAY, chars: CHARS, records: RECORDS, changes: CHANGES, guesses: GUESSES };
  const FACETS = {
    status: (entry) => [entry[REASON] ? "rejected" : "curated"],
    reason: (entry) => entry[REASON] ? [entry[REASON]] : [],
    flag: (entry) => entry[FLAGS],
    rule: (entry) => entry[RULES],
  };
  const SIZE = 100, MOST = 12;
  const entries = data.entries;
  // Searched in both scripts: what is sought and what is there are compared in Simplified, character by character.
  const simplified = new Map(Array.from({ length: data.pairs.length / 2 }, (_, i) => [data.pairs[2 * i], data.pairs[2 * i + 1]]));
  const folded = (text) => text.toLowerCase().replace(/[\u3400-\u9fff]/g, (one) => simplified.get(one) || one);
  const words = entries.map((entry) => folded([entry[TITLE], entry[SOURCE], entry[DAY], ...entry[NAMES], entry[REASON], entry[DETAIL]].join("\n")));
  const inText = byId("in-text"), textNote = byId("text-note");
  const list = byId("list"), search = byId("search"), order = byId("order"), facets = byId("facets"), counted = byId("count"), where = byId("where");
  const format = (n) => n.toLocaleString("en");

  // ---- state

  const state = { query: "", order: "", down: false, page: 0, chosen: { status: new Set(), reason: new Set(), flag: new Set(), rule: new Set() } };
  let found = [];

  function remember() {
    const parts = new URLSearchParams();
    if (state.query) parts.set("q", state.query);
    if (state.order) parts.set("order", (state.down ? "-" : "") + state.order);
    if (state.page) parts.set("page", state.page + 1);
    if (inText && !inText.checked) parts.set("text", "0");
    for (const name in FACETS) for (const value of state.chosen[name]) parts.append(name, value);
    history.replaceState(null, "", String(parts) ? "#" + parts : location.pathname + location.search);
  }
  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1)), by = parts.get("order") || "";
    state.query = search.value = parts.get("q") || "";
    if (inText) inText.checked = parts.get("text") !== "0";
    state.down = by.startsWith("-");
    state.order = by.replace("-", "") in ORDERS ? by.replace("-", "") : "";
    state.page = Math.max(0, Number(parts.get("page") || 1) - 1) || 0;
    for (const name in FACETS) state.chosen[name] = new Set(parts.getAll(name));
  }

  // ---- finding in the texts: pairs of characters, and the windows of texts that have them (fulltext.py)

  const WINDOW = 256, STRIDE = 224, OVERLAP = WINDOW - STRIDE, HELD = 32;
  const DIGITS = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map((digit, i) => [digit, i]));
  const bits = data.shards ? Math.log2(data.shards) : 0;
  const numbered = entries.flatMap((entry, i) => (entry[REASON] ? [] : [i]));
  const firsts = [0];
  for (const i of numbered) firsts.push(firsts.at(-1) + Math.max(1, Math.ceil((entries[i][CHARS] - OVERLAP) / STRIDE)));
  const held = new Map(), texts = new Map();

  // A file of the index, opened as a page within this one: it hands over its data and is gone.
  function shard(number) {
    if (!held.has(number)) {
      held.set(number, new Promise((done, failed) => {
        const frame = make("iframe", { hidden: true, title: "search" });
        const end = (action, value) => { removeEventListener("message", listen); frame.remove(); if (action === failed) held.delete(number); action(value); };
        const listen = (event) => { if (event.source === frame.contentWindow) end(done, new Map(Object.entries(JSON.parse(event.data)))); };
        addEventListener("message", listen);
        frame.addEventListener("load", () => setTimeout(() => end(failed, new Error("nothing came")), 1500));
        frame.src = `search/${number.toString(16).padStart(3, "0")}.html`;
        document.body.append(frame);
      }));
      if (held.size > HELD) held.delete(held.keys().next().value);
    }
    return held.get(number);
  }
  async function windowsOf(one, other) {
    const mixed = Math.imul(one * 65536 + other, 2654435761) >>> 0;
    const digits = (await shard(bits ? mixed >>> (32 - bits) : 0)).get(String.fromCharCode(one, other)) || "";
    const found = [];
    let value = 0, power = 0, last = 0;
    for (const digit of digits) {
      const number = DIGITS.get(digit);
      value += (number & 31) * 2 ** power;
      power += 5;
      if (number < 32) { found.push(last += value); value = power = 0; }
    }
    return found;
  }
  function both(one, other) {
    const found = [];
    for (let i = 0, j = 0; i < one.length && j < other.length;) {
      if (one[i] === other[j]) { found.push(one[i]); i++; j++; } else if (one[i] < other[j]) i++; else j++;
    }
    return found;
  }
  // What the index counts a character as: beyond the first plane some share a place.
  const point = (char) => { const code = char.codePointAt(0); return code < 65536 ? code : 0xE000 + code % 6400; };

  // The entries whose text has a term: where it is longer than windows overlap, those that have all its parts. One character by
  // itself stands behind a 0.
  async function withTerm(term) {
    let points = Array.from(term, point);
    if (points.length === 1) points = [0, ...points];
    const keep = new Uint8Array(entries.length).fill(1);
    for (let from = 0; from < points.length - 1; from += OVERLAP - 1) {
      const part = points.slice(from, from + OVERLAP);
      const lists = await Promise.all(part.slice(1).map((other, i) => windowsOf(part[i], other)));
      lists.sort((a, b) => a.length - b.length);
      const places = lists.reduce(both), own = new Uint8Array(entries.length);
      let at = 0;
      for (const place of places) { while (firsts[at + 1] <= place) at++; own[numbered[at]] = 1; }
      for (let i = 0; i < keep.length; i++) keep[i] &= own[i];
    }
    return keep;
  }
  const termsOf = (query) => folded(query).split(/\s+/).filter(Boolean);
  let asked = 0;
  async function searchTexts() {
    if (!inText) return;
    const terms = inText.checked ? termsOf(state.query) : [], own = ++asked, wanted = terms.filter((term) => !texts.has(term));
    textNote.replaceChildren(...(wanted.length ? [make("span", { label: "searching" })] : []));
    if (!wanted.length) return;
    try {
      for (const term of wanted) {
        texts.set(term, await withTerm(term));
        if (texts.size > HELD) texts.delete(texts.keys().next().value);
        if (own !== asked) return;
      }
      textNote.replaceChildren();
      update();
    } catch { if (own === asked) textNote.replaceChildren(make("span", { label: "no_texts" })); }
  }

  // ---- finding

  // Each order is worked out once: entry numbers sorted by that column, rejected pages last.
  const orders = {};
  function sorted(by) {
    if (!by) return null;
    if (!orders[by]) {
      const column = ORDERS[by], compare = new Intl.Collator("zh").compare;
      const plain = (a, b) => entries[a][column] - entries[b][column];
      const text = (a, b) => compare(entries[a][column] || entries[a][SOURCE], entries[b][column] || entries[b][SOURCE]);
      const day = (a, b) => (entries[a][DAY] < entries[b][DAY] ? -1 : entries[a][DAY] > entries[b][DAY] ? 1 : 0);
      orders[by] = entries.map((_, i) => i).sort(column === TITLE ? text : column === DAY ? day : plain);
    }
    return orders[by];
  }
  const fits = (entry, name) => state.chosen[name].size === 0 || FACETS[name](entry).some((value) => state.chosen[name].has(value));

  function find() {
    const terms = termsOf(state.query), own = inText?.checked ? terms.map((term) => texts.get(term)) : [];
    const names = Object.keys(FACETS), counts = Object.fromEntries(names.map((name) => [name, new Map()]));
    const keep = new Uint8Array(entries.length);
    entries.forEach((entry, i) => {
      if (!terms.every((term, n) => words[i].includes(term) || own[n]?.[i])) return;
      const misses = names.filter((name) => !fits(entry, name));
      if (!misses.length) keep[i] = 1;
      // A facet's own choice does not narrow its counts: they tell what another choice would give.
      for (const name of names) if (misses.every((miss) => miss === name))
        for (const value of FACETS[name](entry)) counts[name].set(value, (counts[name].get(value) || 0) + 1);
    });
    const ordered = sorted(state.order);
    found = ordered ? ordered.filter((i) => keep[i]) : entries.flatMap((_, i) => (keep[i] ? [i] : []));
    if (ordered && state.down) found.reverse();
    if (ordered) found = [...found.filter((i) => !entries[i][REASON]), ...found.filter((i) => entries[i][REASON])];
    return counts;
  }

  // ---- showing

  const cell = (key, className, ...content) => {
    const made = make("td", { className }, ...content);
    made.dataset.name = say(key);
    return made;
  };
  function line(i) {
    const entry = entries[i];
    const name = make("bdi", { lang: "zh" }, entry[TITLE] || entry[SOURCE]);
    // A browser that knows how to shows the words in the page that is opened.
    const sought = termsOf(state.query).find((term) => inText?.checked && texts.get(term)?.[i]);
    const href = entry[PAGE] + (sought ? "#:~:text=" + encodeURIComponent(sought).replaceAll("-", "%2D") : "");
    const head = make("p", { className: "name" }, entry[PAGE] ? make("a", { href }, name) : name);
    const about = make("p", { className: "about" });
    if (entry[TITLE]) about.append(make("bdi", {}, entry[SOURCE]), " ");
    if (sought) about.append(make("span", { className: "badge found", label: "in_text" }), " ");
    for (const flag of entry[FLAGS]) about.append(make("code", { className: "badge" }, flag), " ");
    if (entry[REPEATS]) about.append(make("span", { label: "duplicate_of" }), " ", make("code", {}, entry[REPEATS]));
    if (entry[REASON]) {
      about.append(make("span", { className: "badge bad", label: "rejected" }), " ", make("code", {}, entry[REASON]), " ", make("bdi", {}, entry[DETAIL]));
      const wide = cell("title", "", head, about);
      wide.colSpan = 6;
      return make("tr", { className: "bad" }, wide);
    }
    return make("tr", {},
      cell("title", "", head, about),
      cell("published_on", "day", entry[DAY] || "–"),
      ...[["chars", CHARS], ["records", RECORDS], ["changes", CHANGES], ["guesses", GUESSES]].map(([key, column]) =>
        cell(key, "num" + (column === GUESSES && entry[column] ? " unsure" : ""), format(entry[column]))));
  }

  function showList() {
    const pages = Math.max(1, Math.ceil(found.length / SIZE));
    state.page = Math.min(state.page, pages - 1);
    const from = state.page * SIZE, part = found.slice(from, from + SIZE);
    list.replaceChildren(...part.map(line));
    counted.replaceChildren(...found.length
      ? [make("b", {}, format(found.length)), " ", make("span", { label: "results" })]
      : [make("span", { label: "no_results" })]);
    where.textContent = found.length ? `${format(from + 1)}–${format(from + part.length)} / ${format(found.length)}` : "–";
    byId("first").disabled = byId("prev").disabled = state.page === 0;
    byId("last").disabled = byId("next").disabled = state.page >= pages - 1;
    for (const button of document.querySelectorAll("th button")) {
      const mine = button.dataset.order === state.order;
      if (mine) button.parentElement.ariaSort = state.down ? "descending" : "ascending";
      else button.parentElement.removeAttribute("aria-sort");
    }
    order.value = state.order && (state.down ? "-" : "") + state.order;
  }

  const whole = new Set();
  function showFacets(counts) {
    const focused = document.activeElement?.dataset?.facet && [document.activeElement.dataset.facet, document.activeElement.value];
    facets.replaceChildren(...Object.keys(FACETS).flatMap((name) => {
      for (const value of state.chosen[name]) if (!counts[name].has(value)) counts[name].set(value, 0);
      const values = [...counts[name]].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      if (!values.length) return [];
      const set = make("fieldset", {}, make("legend", { label: name }));
      values.forEach(([value, n], i) => {
        if (i >= MOST && !whole.has(name) && !state.chosen[name].has(value)) return;
        const box = make("input", { type: "checkbox", value, checked: state.chosen[name].has(value) });
        box.dataset.facet = name;
        set.append(make("label", {}, box, name === "status" ? make("span", { label: value }) : make("code", {}, value), make("b", {}, format(n))));
      });
      if (values.length > MOST && !whole.has(name)) {
        const more = make("button", { type: "button", className: "tidy" }, `${say("all")} (${values.length})`);
        more.addEventListener("click", () => { whole.add(name); showFacets(counts); });
        set.append(more);
      }
      return [set];
    }));
    if (focused) [...facets.querySelectorAll("input")].find((box) => box.dataset.facet === focused[0] && box.value === focused[1])?.focus();
  }

  function update() {
    const counts = find();
    showList();
    showFacets(counts);
    remember();
  }
  function turn(page) {
    state.page = page;
    showList();
    remember();
    byId("main").scrollIntoView();
  }

  // ---- listening

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.query = search.value; state.page = 0; update(); searchTexts(); }, 120);
  });
  facets.addEventListener("change", (event) => {
    const { facet } = event.target.dataset;
    if (!facet) return;
    state.chosen[facet][event.target.checked ? "add" : "delete"](event.target.value);
    state.page = 0;
    update();
  });
  function sortBy(name, down) {
    state.order = name;
    state.down = down;
    state.page = 0;
    find();
    showList();
    remember();
  }
  document.querySelector("thead").addEventListener("click", (event) => {
    const name = event.target.closest("button")?.dataset.order;
    if (name) sortBy(name, state.order === name ? !state.down : !["title", "published_on"].includes(name));
  });
  order.addEventListener("change", () => sortBy(order.value.replace("-", ""), order.value.startsWith("-")));
  byId("first").addEventListener("click", () => turn(0));
  byId("prev").addEventListener("click", () => turn(state.page - 1));
  byId("next").addEventListener("click", () => turn(state.page + 1));
  byId("last").addEventListener("click", () => turn(Math.ceil(found.length / SIZE) - 1));
  byId("clear").addEventListener("click", () => {
    history.replaceState(null, "", location.pathname + location.search);
    recall();
    update();
    searchTexts();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select")) { event.preventDefault(); search.focus(); }
  });

  function showOrders() {
    order.replaceChildren(make("option", { value: "" }, "–"),
      ...Object.keys(ORDERS).flatMap((name) => [make("option", { value: name }, say(name) + " ↑"), make("option", { value: "-" + name }, say(name) + " ↓")]));
  }
  document.addEventListener("relabelled", () => { search.placeholder = say("search"); showOrders(); update(); });
  inText?.addEventListener("change", () => { state.page = 0; update(); searchTexts(); });
  addEventListener("hashchange", () => { recall(); update(); searchTexts(); });
  if (matchMedia("(max-width: 52rem)").matches) document.querySelector(".facets").open = false;
  search.placeholder = say("search");
  showOrders();
  recall();
  update();
  searchTexts();
}
