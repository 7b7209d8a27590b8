// The customers' phones.
import { act, face, file, follow, h, icon, sendOnEnter, spans, sync, time } from "./draw.js";

const shelf = document.getElementById("shelf");
const phones = new Map(); // id -> Phone

class Phone {
  constructor(id, name) {
    this.id = id;
    this.editing = 0;
    this.said = h("ol.said-here", { "aria-live": "polite", "aria-label": "Messages of " + name, tabindex: "0" });
    this.empty = h("p.empty", null, `Say something as ${name}, for example “My parcel is broken”.`);
    this.block = h("button.quiet.small", { type: "button", "aria-pressed": "false", click: () => act("block", { phone: id, on: !this.blocked }) }, "Block");
    this.text = h("textarea", { rows: "1", maxlength: "4096", placeholder: "Message", "aria-label": `Message of ${name}`, "data-testid": "phone-text" });
    this.file = h("input", { type: "file", "aria-label": `A picture or file of ${name}`, change: () => this.upload() });
    this.edit = h("p.editing", { hidden: true }, "Editing ", h("button.text", { type: "button", click: () => this.stopEditing() }, "Cancel"));
    const form = h("form.compose", { autocomplete: "off", submit: (e) => { e.preventDefault(); this.send(); } },
      this.edit,
      h("label.icon", { title: "Choose a picture or file" }, this.file, icon("clip")),
      h("button.icon", { type: "button", title: "Send a sample picture", "aria-label": "Send a sample picture", click: () => this.sample() }, icon("camera")),
      this.text,
      h("button.send.round", { type: "submit", "aria-label": "Send" }, icon("plane")));
    sendOnEnter(this.text);
    this.el = h("article.phone", { "aria-label": name + "’s phone" },
      h("p.owner", null, face(name), h("strong", null, name), h("span", null, "’s phone")),
      h("div.screen", null,
        h("header", null, face("Acme", "company"), h("div", null, h("strong", null, "Acme"), h("span", null, "bot · Telegram")), this.block),
        this.said, this.empty, form));
  }

  update(p) {
    this.blocked = p.blocked;
    this.block.setAttribute("aria-pressed", String(p.blocked));
    this.block.textContent = p.blocked ? "Unblock" : "Block";
    this.el.classList.toggle("blocked", p.blocked);
    this.empty.hidden = p.said.length > 0;
    follow(this.said, () => sync(this.said, p.said, (b) => b.id, (b) => this.bubble(b)));
  }

  bubble(b) {
    const own = b.mine && b.plain;
    return h("li.bubble" + (b.mine ? ".mine" : ".theirs"), null,
      b.reply && h("p.quoted", null, b.reply),
      b.file && file(b.file),
      b.text && h("p.words", null, spans(b.text)),
      b.note && h("p.words", null, b.note),
      h("p.foot", null,
        own && h("button.text", { type: "button", "data-focus": "edit", click: () => this.startEditing(b) }, "Edit"),
        b.edited && h("span", null, "edited"),
        (b.emoji ?? []).map((e) => h("span", null, e)),
        time(b.at)));
  }

  startEditing(b) {
    this.editing = b.id;
    this.edit.hidden = false;
    this.text.value = b.plain;
    this.text.focus();
  }

  stopEditing() {
    this.editing = 0;
    this.edit.hidden = true;
    this.text.value = "";
    this.text.focus();
  }

  async send() {
    const text = this.text.value;
    if (!text.trim()) return;
    if (this.editing) {
      if (await act("reword", { phone: this.id, id: this.editing, text })) this.stopEditing();
      return;
    }
    this.text.value = "";
    if (!(await act("write", { phone: this.id, text }))) this.text.value = text;
  }

  async upload() {
    const chosen = this.file.files[0];
    if (!chosen) return;
    if (await act("picture", { phone: this.id, text: this.text.value, file: chosen })) this.text.value = "";
    this.file.value = "";
  }

  async sample() {
    const text = this.text.value;
    this.text.value = "";
    if (!(await act("picture", { phone: this.id, text }))) this.text.value = text;
  }
}

export function drawPhones(all) {
  for (const p of all) {
    let phone = phones.get(p.id);
    if (!phone) {
      phone = new Phone(p.id, p.name);
      phones.set(p.id, phone);
      shelf.append(phone.el);
      if (phones.size > 1 && all.length === phones.size && shelf.dataset.ready) {
        phone.el.scrollIntoView({ block: "nearest", inline: "nearest" });
        phone.text.focus();
      }
    }
    phone.update(p);
  }
  shelf.dataset.ready = "yes";
}

const form = document.getElementById("customer");
form.addEventListener("submit", async (e) => {
  e.preventDefault();
  if (await act("customer", { name: form.elements.name.value })) form.reset();
});
