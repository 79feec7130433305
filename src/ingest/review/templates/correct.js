// Corrections made on the document page: kept here, downloaded as the lines that `ingest correct` and every run read.
// What is said is led back to the page's own text (exact.page), by code points; what is shown never is the source of it.
if (byId("exact")) {
  const exact = JSON.parse(byId("exact").textContent);
  const ACTIONS = ["accept", "reject", "correct", "strike", "keep", "withdraw"];
  const CERTAINTY = 1, RULES = 2, STAGES = 3, START = 4, END = 5, AFTER = 7, DECLINED = 3;
  const main = byId("main"), dock = byId("dock"), told = byId("told"), judge = byId("judge"), list = byId("said"), who = byId("who");
  const fields = [...byId("fields").querySelectorAll("input")];
  // White space as the reader of corrections has it.
  const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;
  const key = `said.${exact.raw}.${exact.source}`;
  let page = null;
  const text = (start, end) => (page ??= Array.from(exact.page)).slice(start, end).join("");
  const edits = data.edits.map((edit, i) => ({
    i, start: edit[START], end: edit[END], after: exact.after[i] ?? edit[AFTER], stages: edit[STAGES], applied: edit[0] !== DECLINED,
    rules: exact.rules[i] ?? edit[RULES].map((rule) => data.rules[rule]),
  }));
  const own = (rules) => rules.filter((rule) => !rule.startsWith("person:"));
  const crossing = (start, end) => edits.filter((edit) => edit.applied && edit.start < end && start < edit.end);
  let said = [], back = () => {};
  try { said = JSON.parse(store.get(key) || "[]"); } catch { /* begun anew */ }

  // ---- saying something

  const isPart = (action) => action === "strike" || action === "keep";
  // The last word about a place or a field is the one that counts.
  const same = (one, other) => one.field ? one.field === other.field
    : !other.field && one.start < other.end && other.start < one.end && (one.action === "withdraw" || other.action === "withdraw" || isPart(one.action) === isPart(other.action));

  function add(about, why = "") {
    const whole = { source: exact.source, raw_sha256: exact.raw, ...about };
    if (who.value.trim()) whole.who = who.value.trim();
    whole.when = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    if (why.trim()) whole.why = why.trim();
    said = [...said.filter((one) => !same(whole, one)), whole];
    show();
  }
  function remove(one) {
    said = said.filter((other) => other !== one);
    show();
  }
  const at = (action, start, end, more = {}) => ({ action, start, end, before: text(start, end), ...more });

  // What the reader of corrections would refuse is refused here, in the same words.
  function fault(before, after) {
    const blank = (char) => char !== undefined && BLANK.test(char), [b, a] = [Array.from(before), Array.from(after)];
    if ((blank(a[0]) && !blank(b[0])) || (blank(a.at(-1)) && !blank(b.at(-1)))) return "bad_ends";
    const rows = after.split("\n").filter((row) => Array.from(row).some((char) => !blank(char))).length;
    return rows > Math.max(1, b.filter((char) => !blank(char)).length) ? "bad_lines" : "";
  }

  // ---- a change that is selected

  const button = (key, pressed, action) => {
    const made = make("button", { type: "button", className: "tidy", label: key });
    made.ariaPressed = String(pressed);
    made.addEventListener("click", action);
    return made;
  };
  const reason = () => {
    const input = make("input", { type: "text", autocomplete: "off" });
    return [make("label", {}, make("span", { className: "caption", label: "why" }), input), input];
  };

  function ask(before, value, done) {
    const area = make("textarea", { value, lang: "zh", spellcheck: false }), wrong = make("p", { className: "fault", role: "alert" });
    const [label, why] = reason();
    const save = button("save", false, () => {
      const key = fault(before, area.value);
      wrong.replaceChildren(...(key ? [make("span", { label: key })] : []));
      if (!key) done(area.value, why.value);
    });
    judge.replaceChildren(make("label", {}, make("span", { className: "caption", label: "should_be" }), area), label, wrong,
      make("div", { className: "verdicts" }, save, button("cancel", false, back)));
    area.focus();
  }

  function judgeEdit(i) {
    const edit = edits[i], rules = own(edit.rules), strips = edit.stages.includes("strip");
    const [label, why] = reason();
    const here = (one) => one.start === edit.start && one.end === edit.end;
    const now = said.find(here);
    const again = () => judgeEdit(i);
    const choose = (about) => () => {
      if (now && now.action === about.action && about.action !== "correct") remove(now); else add(about, why.value);
      again();
    };
    const verdicts = make("div", { className: "verdicts" });
    if (edit.rules.some((rule) => rule.startsWith("person:"))) {
      verdicts.append(button("do_withdraw", now?.action === "withdraw", choose(at("withdraw", edit.start, edit.end))));
    } else {
      const accept = at("accept", edit.start, edit.end, { after: edit.after, rules });
      const reject = strips ? at("keep", edit.start, edit.end, { rules: rules.slice(-1) }) : at("reject", edit.start, edit.end, { rules });
      verdicts.append(button("do_accept", now?.action === "accept", choose(accept)));
      if (edit.applied) verdicts.append(button("do_reject", now?.action === reject.action, choose(reject)));
    }
    verdicts.append(button("do_correct", now?.action === "correct", () => ask(text(edit.start, edit.end), now?.after ?? (edit.after || text(edit.start, edit.end)), (after, because) => {
      add(at("correct", edit.start, edit.end, { after, rules }), because);
      again();
    })));
    back = again;
    judge.replaceChildren(label, verdicts);
  }
  document.addEventListener("selected", (event) => judgeEdit(event.detail));

  // ---- words that are marked, on either side

  // Code points between the beginning of an element and a place in it; a hidden character is written with several.
  function before(element, node, offset) {
    const range = document.createRange();
    range.setStart(element, 0);
    range.setEnd(node, offset);
    const part = range.cloneContents();
    let more = "";
    for (const one of part.querySelectorAll(".hidden, .break")) { more += one.className === "hidden" ? "?" : " "; one.remove(); }
    return part.textContent + more;
  }
  const closest = (node, selector) => (node.nodeType === 1 ? node : node.parentElement)?.closest(selector);

  // The characters of a record that print something: the span of the page that each comes from.
  function characters(from, to) {
    const made = [];
    let place = from;
    for (const edit of [...edits.filter((one) => one.applied && from <= one.start && one.end <= to), null]) {
      for (const stop = edit ? edit.start : to; place < stop; place++) if (!BLANK.test(text(place, place + 1))) made.push([place, place + 1]);
      if (edit) {
        for (const char of edit.after) if (!BLANK.test(char)) made.push([edit.start, edit.end]);
        place = edit.end;
      }
    }
    return made;
  }
  const printed = (words) => Array.from(words).filter((char) => !BLANK.test(char)).length;

  function onRecord(article, range) {
    const ownText = article.querySelector(".own");
    const made = characters(Number(article.dataset.from), Number(article.dataset.to));
    if (printed(before(ownText, ownText, ownText.childNodes.length)) !== made.length) return null;
    const low = printed(before(ownText, range.startContainer, range.startOffset)), high = printed(before(ownText, range.endContainer, range.endOffset));
    if (low >= high) return null;
    const span = made.slice(low, high);
    return [Math.min(...span.map((one) => one[0])), Math.max(...span.map((one) => one[1]))];
  }
  function onPage(first, last, range) {
    const begin = Number(first.dataset.o) + Array.from(before(first, range.startContainer, range.startOffset)).length;
    const end = Number(last.dataset.o) + Array.from(before(last, range.endContainer, range.endOffset)).length;
    return [begin, end];
  }

  function marked() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const [first, last] = [closest(range.startContainer, ".src p"), closest(range.endContainer, ".src p")];
    const [article, other] = [closest(range.startContainer, "article .own"), closest(range.endContainer, "article .own")];
    let span = null;
    if (first && last) span = onPage(first, last, range);
    else if (article && article === other) span = onRecord(article.closest("article"), range);
    else return null;
    if (!span) return "nowhere";
    let [start, end] = span;
    while (start < end && BLANK.test(text(start, start + 1))) start++;
    while (start < end && BLANK.test(text(end - 1, end))) end--;
    return start < end ? [start, end] : null;
  }

  // A span with the changes that it cuts taken in whole.
  function widened(start, end) {
    for (const edit of crossing(start, end)) { start = Math.min(start, edit.start); end = Math.max(end, edit.end); }
    return [start, end];
  }
  function curated(start, end) {
    let words = "", place = start;
    for (const edit of crossing(start, end)) { words += text(place, edit.start) + edit.after; place = edit.end; }
    return words + text(place, end);
  }

  function judgeSpan(start, end) {
    const inside = crossing(start, end), strips = inside.filter((edit) => edit.stages.includes("strip"));
    const [label, why] = reason();
    const verdicts = make("div", { className: "verdicts" });
    const again = () => judgeSpan(start, end);
    const done = (about, because) => { add(about, because); again(); };
    // What was only taken out between these words (a gloss) is not what is wrong with them.
    const repaired = inside.filter((edit) => printed(edit.after));
    if (!strips.length) {
      const [low, high] = widened(start, end), rules = [...new Set(own(repaired.flatMap((edit) => edit.rules)))];
      verdicts.append(button("do_correct", false, () => ask(text(low, high), curated(low, high), (after, because) => done(at("correct", low, high, { after, rules }), because))));
    }
    if (!strips.some((edit) => edit.start <= start && end <= edit.end)) verdicts.append(button("do_strike", false, () => done(at("strike", start, end), why.value)));
    if (strips.length) {
      const rules = [...new Set(strips.map((edit) => edit.rules.at(-1)))];
      verdicts.append(button("do_keep", false, () => done(at("keep", start, end, { rules }), why.value)));
    }
    const now = said.filter((one) => one.start < end && start < one.end);
    told.replaceChildren(make("p", { className: "what" }, make("b", { label: "marked" })), make("p", { className: "quote", lang: "zh" }, shortened(visible(text(start, end)))),
      ...now.map((one) => make("p", {}, make("span", { label: `said_${one.action}` }))));
    back = again;
    judge.replaceChildren(label, verdicts);
    dock.hidden = false;
  }

  let waiting = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    if (dock.contains(document.activeElement) && document.activeElement.matches("input, textarea")) return;
    waiting = setTimeout(() => {
      const span = marked();
      if (span === "nowhere") {
        told.replaceChildren(make("p", { label: "bad_place" }));
        judge.replaceChildren();
        dock.hidden = false;
      } else if (span) judgeSpan(...span);
    }, 200);
  });

  // ---- fields

  for (const input of fields) {
    const now = exact.fields[input.dataset.field] ?? "";
    input.addEventListener("change", () => {
      const field = input.dataset.field, value = input.value.trim();
      input.setCustomValidity(field === "title" && !value ? say("bad_title") : "");
      if (!input.reportValidity()) return;
      const made = { action: "set", field };
      if (now) made.before = now;
      if (value) made.after = value;
      if (value === now) said = said.filter((one) => one.field !== field); else add(made);
      show();
    });
  }

  // ---- what was said

  const shortened = (words) => Array.from(words).length > 60 ? Array.from(words).slice(0, 59).join("") + "…" : words;
  // What a reader cannot see is never handed to the browser as text.
  const visible = (words) => words.replace(/[^\P{C}\t\n]|[\u2028\u2029]/gu, (char) => `⟨U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

  function show() {
    store.set(key, JSON.stringify(said));
    byId("said-count").textContent = said.length;
    byId("download").disabled = !said.length;
    for (const input of fields) {
      const one = said.find((other) => other.field === input.dataset.field);
      input.value = one ? one.after ?? "" : exact.fields[input.dataset.field] ?? "";
      input.classList.toggle("changed", Boolean(one));
    }
    for (const element of main.querySelectorAll(".e.said")) element.classList.remove("said");
    for (const edit of edits) if (said.some((one) => one.start === edit.start && one.end === edit.end))
      for (const element of main.querySelectorAll(`[data-i="${edit.i}"]`)) element.classList.add("said");
    list.replaceChildren(...said.map((one) => {
      const words = one.field ? [make("span", { label: one.field }), " "] : [make("q", { lang: "zh" }, shortened(visible(one.before))), " "];
      const verdict = make("b", { label: `said_${one.action}` });
      const after = "after" in one && one.action !== "accept" ? [" ", make("q", { lang: "zh" }, shortened(visible(one.after)))] : one.field ? [" ", make("i", { label: "nothing" })] : [];
      const go = make("button", { type: "button", className: "go" }, ...words, verdict, ...after);
      go.addEventListener("click", () => {
        if (one.field) { byId("fields").closest("details").open = true; fields.find((input) => input.dataset.field === one.field).focus(); return; }
        const lines = [...main.querySelectorAll(".src p")].filter((line) => Number(line.dataset.o) <= one.start);
        lines.at(-1)?.scrollIntoView({ block: "center" });
      });
      const gone = make("button", { type: "button", className: "tidy" }, "×");
      gone.dataset.tLabel = "remove";
      gone.ariaLabel = say("remove");
      gone.addEventListener("click", () => remove(one));
      return make("li", {}, go, gone);
    }));
  }

  who.value = store.get("who") || "";
  who.addEventListener("change", () => store.set("who", who.value.trim()));
  byId("download").addEventListener("click", () => {
    const lines = said.map((one) => JSON.stringify(one) + "\n").join("");
    const address = URL.createObjectURL(new Blob([lines], { type: "application/jsonl" }));
    const link = make("a", { href: address, download: exact.file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });
  said = said.filter((one) => one.field || (ACTIONS.includes(one.action) && text(one.start, one.end) === one.before));
  show();
}
