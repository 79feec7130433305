"use strict";
// Shared by the document page and the index: the data block, labels in two languages, light and dark.
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);

// A page opened from a disk may be denied storage; the switches then last as long as the page does.
const store = {
  get(key) { try { return localStorage.getItem("ingest." + key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem("ingest." + key, value); } catch { /* not kept */ } },
};

const say = (key) => (data.labels[key] || [key, key])[root.lang === "zh" ? 1 : 0];

function relabel(scope) {
  for (const element of scope.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of scope.querySelectorAll("[data-t-label]")) element.ariaLabel = say(element.dataset.tLabel);
}

function make(tag, options = {}, ...children) {
  const { label, ...rest } = options;
  const element = Object.assign(document.createElement(tag), rest);
  if (label) { element.dataset.t = label; element.textContent = say(label); }
  element.append(...children);
  return element;
}

function speak(language) {
  root.lang = language;
  relabel(document);
  byId("language").lang = language === "zh" ? "en" : "zh";
  document.dispatchEvent(new Event("relabelled"));
}

byId("language").addEventListener("click", () => {
  speak(root.lang === "zh" ? "en" : "zh");
  store.set("language", root.lang);
});

byId("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  store.set("theme", root.dataset.theme);
});

if (store.get("theme")) root.dataset.theme = store.get("theme");
const language = store.get("language") || (navigator.language.startsWith("zh") ? "zh" : "en");
if (language === "zh") speak("zh");

// Menus are <details>: one open at a time, closed by Escape or by a click elsewhere.
const menus = [...document.querySelectorAll("details.menu")];
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
function closeMenus() {
  const open = menus.find((menu) => menu.open);
  if (open) { open.open = false; open.querySelector("summary").focus(); }
  return Boolean(open);
}
