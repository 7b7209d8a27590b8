// The views of Slack: the app's home with the queue and the ready answers, and the form that is open. They are put into
// the page here.
import { act, h, spans, sync } from "./draw.js";

const home = h("details.home", null, h("summary", null, "webcare’s Home: queue, ready answers"), h("div.parts"));
const form = h("dialog.form", { "aria-labelledby": "form-title", cancel: (e) => { e.preventDefault(); close(); } });
document.getElementById("direct").before(home);
document.body.append(form);

let me = "";
let shown = ""; // the form that is drawn
const touched = new Set(); // its fields that somebody changed

home.addEventListener("toggle", () => { if (home.open) act("home", { by: me }); });

/** Draws the home and the form of a person. */
export function drawViews(person, who) {
  if (me !== who && home.open) act("home", { by: who });
  me = who;
  sync(home.lastElementChild, (person.home?.parts ?? []).map((p, at) => ({ ...p, at })), (p) => p.at, drawPart, me);
  drawForm(person.form);
}

function drawPart(p) {
  return h("div.part", null, (p.body ?? []).map((b) => {
    switch (b.kind) {
      case "header": return h("h4", null, spans(b.spans));
      case "context": return h("p.context", null, spans(b.spans));
      case "divider": return h("hr", null);
      case "buttons": return h("div.buttons", null, b.buttons.map((x) => h("button.button" + (x.style ? "." + x.style : ""), {
        type: "button", "data-focus": (p.at ?? p.block) + x.action, click: () => act("tap", { by: me, block: p.block, action: x.action }),
      }, x.label)));
      default: return h("p.words", null, spans(b.spans));
    }
  }), p.error && h("p.error", { role: "alert" }, p.error));
}

function drawForm(f) {
  if (!f) {
    shown = "";
    if (form.open) form.close();
    return;
  }
  const key = me + f.id;
  if (shown !== key) {
    shown = key;
    touched.clear();
    form.replaceChildren(h("form", { method: "dialog", submit: send },
      h("h3", { id: "form-title" }, f.title),
      h("div.parts", null, f.parts.map((p) => (p.input ? field(p) : drawPart(p)))),
      h("div.tools", null,
        h("button.quiet", { type: "button", click: close }, f.submit ? "Cancel" : "Close"),
        f.submit && h("button.send", { type: "submit" }, f.submit))));
    if (!form.open) form.showModal();
    else (form.querySelector("[name]") ?? form.querySelector("button.send"))?.focus();
  }
  for (const p of f.parts) {
    const error = form.querySelector(`[data-error="${CSS.escape(p.block)}"]`);
    if (error) error.textContent = p.error ?? "";
  }
}

function field(p) {
  const { kind, label, hint, prompt, value, options } = p.input;
  const attrs = { id: "in." + p.block, name: "in." + p.block, input: () => touched.add(p.block) };
  let el;
  if (kind === "choice") el = h("select", attrs, !value && h("option", { value: "" }, prompt ?? ""), options.map((o) => h("option", { value: o.value, selected: o.value === value }, o.label)));
  else if (kind === "text") el = h("textarea", { ...attrs, rows: 5, placeholder: prompt }, value);
  else el = h("input", { ...attrs, value, placeholder: prompt });
  return h("div.field", null, h("label", { for: attrs.id }, label), el,
    hint && h("p.faint", null, hint), h("p.error", { role: "alert", "data-error": p.block }));
}

// What was not touched stays as the app gave it.
function send(e) {
  e.preventDefault();
  const fields = { by: me };
  for (const el of form.querySelectorAll("[name]")) if (touched.has(el.name.slice(3))) fields[el.name] = el.value;
  act("fill", fields);
}

function close() { act("close", { by: me }); }
