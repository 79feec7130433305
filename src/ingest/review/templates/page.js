// The document page: hover, selection, filters, keys. Details of edit i are in data.edits[i], its marks carry data-i=i.
{
  const SORTS = ["removed", "repaired", "converted", "declined"];
  const CERTAINTIES = ["exact", "likely", "guess"];
  const SORT = 0, CERTAINTY = 1, RULES = 2, STAGES = 3, START = 4, END = 5, BEFORE = 6, AFTER = 7, NOTE = 8;
  const main = byId("main"), dock = byId("dock"), told = byId("told"), tip = byId("tip"), position = byId("position");
  const marks = data.edits.map(() => []);
  for (const element of main.querySelectorAll("[data-i]")) marks[element.dataset.i].push(element);

  let visible = [];
  let current = -1;
  let row = null;
  let stop = null;
  let quiet = false;

  // ---- telling what an edit did

  const part = (key, ...content) => make("div", {}, make("dt", { label: key }), make("dd", {}, ...content));
  const quoted = (text) => text === "" ? make("i", { label: "nothing" }) : make("bdi", { className: "quote", lang: "zh" }, text);

  function describe(i) {
    const edit = data.edits[i], sort = SORTS[edit[SORT]], certainty = CERTAINTIES[edit[CERTAINTY]];
    const head = make("p", { className: "what" },
      make("b", { label: sort }), " ",
      make("span", { className: "dot f-" + certainty }), make("span", { label: certainty }));
    const list = make("dl", {},
      part("before", quoted(edit[BEFORE])),
      part("after", quoted(edit[AFTER])),
      part("rule", ...edit[RULES].flatMap((r) => [make("code", {}, data.rules[r]), " "])),
      part("stage", ...edit[STAGES].flatMap((stage) => [make("span", { label: stage }), " "])));
    if (edit[NOTE]) list.append(part("note", make("bdi", {}, edit[NOTE])));
    list.append(part("place", edit[START] + "–" + edit[END]));
    return [head, list];
  }

  // ---- hover: a tip at the mark, which may be entered with the pointer and is closed by Escape

  let hiding = 0;
  function showTip(element) {
    clearTimeout(hiding);
    tip.replaceChildren(...describe(Number(element.dataset.i)));
    tip.hidden = false;
    const box = element.getClientRects()[0] || element.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left, innerWidth - own.width - 8));
    const below = box.bottom + 6 + own.height < innerHeight;
    tip.style.left = left + "px";
    tip.style.top = Math.max(8, below ? box.bottom + 6 : box.top - own.height - 6) + "px";
  }
  const hideTip = () => { tip.hidden = true; };
  const hideSoon = () => { clearTimeout(hiding); hiding = setTimeout(hideTip, 160); };
  main.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const element = event.target.closest("[data-i]:not(.off)");
    if (element && Number(element.dataset.i) !== current) showTip(element); else if (!tip.hidden) hideSoon();
  });
  main.addEventListener("pointerleave", hideSoon);
  tip.addEventListener("pointerenter", () => clearTimeout(hiding));
  tip.addEventListener("pointerleave", hideSoon);
  addEventListener("scroll", hideTip, { passive: true });

  // ---- selection: an edit, or the row of a record

  function unfold(element, open = true) {
    if (!element.classList.contains("long")) return;
    element.classList.toggle("open", open);
    element.querySelector(".unfold").ariaExpanded = String(open);
  }
  function choose(element, focus) {
    if (row) row.classList.remove("chosen");
    row = element;
    if (!row) return;
    row.classList.add("chosen");
    unfold(row);
    if (focus) row.querySelector("article")?.focus({ preventScroll: true });
  }

  // Of all marks one is in the order of Tab; from there the keys lead on.
  function stopAt(element) {
    if (element === stop) return; // a mark that loses its place in the order loses the focus too
    stop?.removeAttribute("tabindex");
    stop = element;
    if (stop) stop.tabIndex = 0;
  }

  function drop() {
    if (current >= 0) for (const element of marks[current]) {
      element.classList.remove("chosen");
      element.removeAttribute("aria-describedby");
    }
    current = -1;
  }

  function select(i, { scroll = true, focus = true, on = null } = {}) {
    hideTip();
    drop();
    current = i;
    for (const element of marks[i]) element.classList.add("chosen");
    const target = on || marks[i][0];
    stopAt(target);
    told.replaceChildren(...describe(i));
    dock.hidden = false;
    document.dispatchEvent(new CustomEvent("selected", { detail: i }));
    target.setAttribute("aria-describedby", "told");
    choose(target.closest(".row"));
    if (focus) target.focus({ preventScroll: true });
    if (scroll) target.scrollIntoView({ block: "center" });
    history.replaceState(null, "", "#edit-" + i);
    count();
  }

  function unselect() {
    const inside = dock.contains(document.activeElement);
    drop();
    choose(null);
    dock.hidden = true;
    history.replaceState(null, "", location.pathname + location.search);
    if (inside && stop) { quiet = true; stop.focus({ preventScroll: true }); quiet = false; }
    count();
  }

  // From either side to the other: the mark's or the record's counterpart is brought into view.
  function across(element) {
    const other = element.closest(".src") ? ".rec" : ".src";
    return element.closest(".row").querySelector(other);
  }
  const inView = (element) => {
    const box = element.getBoundingClientRect();
    return box.top >= 96 && box.bottom <= innerHeight - (dock.hidden ? 0 : dock.offsetHeight);
  };
  main.addEventListener("click", (event) => {
    const folder = event.target.closest(".unfold");
    if (folder) return unfold(folder.closest(".row"), folder.ariaExpanded === "false");
    if (String(getSelection()) !== "") return;
    const mark = event.target.closest("[data-i]:not(.off)");
    const side = event.target.closest(".src, .rec");
    if (!side) return;
    if (mark) {
      const i = Number(mark.dataset.i);
      select(i, { scroll: false, on: mark });
      const there = marks[i].find((element) => element.closest(".src") !== mark.closest(".src")) || across(mark);
      if (!inView(there)) there.scrollIntoView({ block: "center" });
    } else {
      drop();
      dock.hidden = true;
      count();
      choose(side.closest(".row"));
      const there = across(side);
      if (!inView(there)) there.scrollIntoView({ block: "nearest" });
      const id = row.querySelector("article")?.id;
      if (id) history.replaceState(null, "", "#" + id);
    }
  });
  main.addEventListener("focusin", (event) => {
    const mark = event.target.closest("[data-i]");
    if (mark && !quiet && Number(mark.dataset.i) !== current) select(Number(mark.dataset.i), { scroll: false, focus: false, on: mark });
  });

  // ---- moving

  const format = (n) => n.toLocaleString("en");
  function count() {
    const at = visible.indexOf(current);
    position.textContent = (at < 0 ? "–" : format(at + 1)) + " / " + format(visible.length);
  }
  // With nothing selected, moving starts at what is in view.
  function nearest() {
    const shown = document.elementsFromPoint(innerWidth / 4, 160).find((element) => element.closest(".row"));
    const from = shown ? Number(shown.closest(".row").dataset.r) : 0;
    return visible.find((i) => Number(marks[i][0].closest(".row").dataset.r) >= from) ?? visible[0];
  }
  function move(step) {
    if (!visible.length) return;
    if (current < 0) return select(step > 0 && scrollY > 300 ? nearest() : visible[step > 0 ? 0 : visible.length - 1]);
    let at = visible.indexOf(current);
    if (at < 0) {
      const after = visible.findIndex((i) => i > current);
      at = after < 0 ? (step > 0 ? -1 : 0) : step > 0 ? after - 1 : after;
    }
    select(visible[(at + step + visible.length) % visible.length]);
  }
  byId("previous").addEventListener("click", () => move(-1));
  byId("next").addEventListener("click", () => move(1));
  byId("close").addEventListener("click", unselect);

  // ---- filters

  const boxes = (name) => [...document.querySelectorAll(`input[data-${name}]`)];
  const sorts = boxes("sort"), certainties = boxes("certainty"), rules = boxes("rule");
  function filter() {
    const sort = new Set(sorts.filter((box) => box.checked).map((box) => SORTS.indexOf(box.dataset.sort)));
    const certainty = new Set(certainties.filter((box) => box.checked).map((box) => Number(box.dataset.certainty)));
    const rule = new Set(rules.filter((box) => box.checked).map((box) => Number(box.dataset.rule)));
    visible = [];
    data.edits.forEach((edit, i) => {
      const on = marks[i].length && sort.has(edit[SORT]) && certainty.has(edit[CERTAINTY]) && edit[RULES].some((r) => rule.has(r));
      if (on) visible.push(i);
      for (const element of marks[i]) element.classList.toggle("off", !on);
    });
    if (!stop || stop.classList.contains("off")) stopAt(visible.length ? marks[visible[0]][0] : null);
    count();
  }
  for (const box of [...sorts, ...certainties, ...rules]) box.addEventListener("change", filter);
  for (const id of ["all", "none"]) byId(id).addEventListener("click", () => {
    for (const box of rules) box.checked = id === "all";
    filter();
  });
  const inline = byId("inline");
  inline.addEventListener("change", () => root.classList.toggle("inline", inline.checked));

  // ---- keys

  const keys = byId("keys");
  keys.checked = store.get("keys") !== "off";
  keys.addEventListener("change", () => store.set("keys", keys.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!tip.hidden) hideTip(); else if (!closeMenus() && !dock.hidden) unselect();
    } else if (!keys.checked || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    else if (event.key === "n") move(1);
    else if (event.key === "p") move(-1);
    else if (event.key === "d") sorts.find((box) => box.dataset.sort === "declined")?.click();
    else if (event.key === "i") inline.click();
    else return;
    event.preventDefault();
  });

  // ---- addresses: #edit-12 is an edit, #row-3 a stretch of the page, every other name a record

  function arrive() {
    const name = decodeURIComponent(location.hash.slice(1)), edit = /^edit-(\d+)$/.exec(name);
    if (edit && marks[edit[1]]?.length) select(Number(edit[1]));
    else if (name) {
      const record = byId(name);
      if (record?.classList.contains("row")) { choose(record); record.scrollIntoView({ block: "center" }); }
      if (record?.classList.contains("rec")) { choose(record.closest(".row")); record.focus({ preventScroll: true }); record.scrollIntoView({ block: "center" }); }
    }
  }
  addEventListener("hashchange", () => { closeMenus(); arrive(); });
  filter();
  arrive();
}
