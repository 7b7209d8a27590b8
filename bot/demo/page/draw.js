// Drawing: everything that comes from outside becomes text nodes, never markup.

/** Makes an element: h("button.send", {type: "submit"}, "Send"). Functions in attrs are listeners. */
export function h(what, attrs, ...children) {
  const [tag, ...classes] = what.split(".");
  const el = document.createElement(tag);
  if (classes.length) el.className = classes.join(" ");
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (typeof value === "function") el.addEventListener(name, value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false && value != null) el.setAttribute(name, value);
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

/**
 * Makes the children of parent show items, in order: what did not change stays as it is, with its focus and selection;
 * what did keeps its focus and its open menus.
 * extra is what else the drawing depends on.
 */
export function sync(parent, items, keyOf, make, extra = "") {
  const old = new Map([...parent.children].map((el) => [el.dataset.key, el]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const sign = JSON.stringify(item) + extra;
    let el = old.get(key);
    old.delete(key);
    if (!el || el.sign !== sign) {
      const next = make(item);
      next.dataset.key = key;
      next.sign = sign;
      if (el) {
        const focused = el.contains(document.activeElement) && document.activeElement.dataset.focus;
        const open = [...el.querySelectorAll("details[open] > summary[data-focus]")].map((summary) => summary.dataset.focus);
        if (at === el) at = el.nextElementSibling;
        el.remove();
        parent.insertBefore(next, at);
        for (const menu of open) next.querySelector(`details > summary[data-focus="${CSS.escape(menu)}"]`)?.parentElement.setAttribute("open", "");
        if (focused) (next.querySelector(`[data-focus="${CSS.escape(focused)}"]`) ?? next.querySelector("button"))?.focus();
      } else {
        parent.insertBefore(next, at);
      }
      continue;
    }
    if (el === at) at = at.nextElementSibling;
    else parent.insertBefore(el, at);
  }
  for (const el of old.values()) el.remove();
}

/** Keeps a list at its end while it changes and its pictures arrive, unless somebody scrolled back. */
export function follow(list, change) {
  if (list.atEnd === undefined) {
    list.atEnd = true;
    list.addEventListener("scroll", () => { list.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60; });
    new ResizeObserver(() => { if (list.atEnd) toEnd(list); }).observe(list);
    list.addEventListener("load", () => { if (list.atEnd) toEnd(list); }, true);
  }
  const stay = list.atEnd;
  change();
  if (stay) toEnd(list);
}

export function toEnd(list) {
  list.atEnd = true;
  list.scrollTop = list.scrollHeight;
}

/** A drawing from the sprite in the page. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#" + name);
  svg.setAttribute("class", "icon-mark");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const styles = { b: "bold", i: "italic", u: "underline", s: "strike", c: "code", m: "mention", x: "spoiler" };

/** Opens the thread of the desk's message with this ts. */
export const goTo = (ts) => document.dispatchEvent(new CustomEvent("thread", { detail: ts }));

export function spans(all) {
  return (all ?? []).map((s) => {
    if (s.r) return h("button.link", { type: "button", "data-focus": "to-" + s.r, click: () => goTo(s.r) }, s.t);
    const el = s.h ? h("a", { href: s.h, target: "_blank", rel: "noopener noreferrer" }, s.t) : h("span", null, s.t);
    for (const letter of s.s ?? "") el.classList.add(styles[letter]);
    return el;
  });
}

/** Draws a file: pictures as pictures, all else as a link. */
function file(f) {
  if (f.picture) {
    return h("a.picture", { href: f.url, target: "_blank", rel: "noopener" }, h("img", { src: f.url, alt: f.name || "a picture", loading: "lazy" }));
  }
  return h("a.document", { href: f.url, download: true }, icon("clip"), " " + (f.name || "a file"));
}

/** Draws several files; pictures together are an album. */
export function files(all) {
  return h("div.files" + (all.length > 1 && all.every((f) => f.picture) ? ".album" : ""), null, all.map(file));
}

let clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function setZone(zone) {
  try {
    clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone });
  } catch { /* the browser does not know the zone: its own will do */ }
}

export const clockAt = (ms) => clock.format(ms);

export const time = (ms) => h("time", { datetime: new Date(ms).toISOString() }, clockAt(ms));

/** A coloured round with the first letter of a name. */
export function face(name, kind = "") {
  const letter = [...name.replace(/^[^\p{L}\p{N}]+/u, "")][0] ?? "?";
  let sum = 0;
  for (const c of name.split(" · ")[0]) sum = (sum * 31 + c.codePointAt(0)) % 6;
  return h("span.face", { "aria-hidden": "true", "data-tone": kind || sum }, letter.toUpperCase());
}

/** Sends an act to the demo, a list as many fields of one name; says what went wrong. */
export async function act(name, fields) {
  const form = new FormData();
  for (const [k, v] of Object.entries(fields)) {
    for (const one of [v].flat()) if (one !== undefined && one !== null) form.append(k, one);
  }
  try {
    const answer = await fetch("/do/" + name, { method: "POST", body: form });
    if (answer.ok) return true;
    let text = "That did not work (" + answer.status + ").";
    try { text = (await answer.json()).error; } catch { /* no JSON: the number must do */ }
    toast(text);
  } catch {
    toast("The demo does not answer. Is it still running?");
  }
  return false;
}

let fading;

export function toast(text) {
  const el = document.getElementById("toast");
  el.textContent = text;
  el.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { el.hidden = true; }, 6000);
}

/** Enter sends a form from its textarea; Shift+Enter makes a new line. */
export function sendOnEnter(area) {
  const plain = (e) => e.key === "Enter" && !e.shiftKey && !e.isComposing;
  area.addEventListener("keydown", (e) => {
    if (!plain(e)) return;
    e.preventDefault();
    area.form.requestSubmit();
  });
  area.addEventListener("keypress", (e) => { if (plain(e)) e.preventDefault(); }); // automated keyboards send both
}
