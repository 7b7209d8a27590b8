// The customers' phones: on each the private chat with the company, and the group that all of them are in.
import { act, face, files, follow, h, icon, sendOnEnter, spans, sync, time } from "./draw.js";

const shelf = document.getElementById("shelf");
const phones = new Map(); // id -> Phone

/** One chat on a phone. group is what is known of the group, undefined for the private chat. */
class Chat {
  constructor(id, name, group) {
    this.id = id;
    this.at = group ? { phone: id, in: "group" } : { phone: id };
    this.start = group ? group.mention + " " : ""; // what the field begins with
    this.changes = 0; // the message that is edited
    this.answers = 0; // the message that is replied to
    const who = group ? `${name} in ${group.title}` : name;
    this.said = h("ol.said-here", { "aria-live": "polite", "aria-label": "Messages of " + who, tabindex: "0" });
    this.empty = h("p.empty", null, group
      ? `Everybody in ${group.title} reads what is written here. The desk gets what mentions ${group.mention} or replies to it.`
      : `Say something as ${name}, for example “My parcel is broken”.`);
    this.text = h("textarea", { rows: "1", maxlength: "4096", placeholder: "Message", "aria-label": `Message of ${who}` });
    this.text.value = this.start;
    this.file = h("input", { type: "file", multiple: true, "aria-label": `Pictures or files of ${who}`, change: () => this.upload() });
    this.what = h("span");
    this.about = h("p.editing", { hidden: true }, this.what, h("button.text", { type: "button", click: () => { this.reset(); this.text.focus(); } }, "Cancel"));
    const form = h("form.compose", { autocomplete: "off", submit: (e) => { e.preventDefault(); this.send(); } },
      this.about,
      h("label.icon", { title: "Choose pictures or files" }, this.file, icon("clip")),
      this.sampler("camera", 1, "Send a sample picture"),
      this.sampler("album", 3, "Send an album of 3 sample pictures"),
      this.text,
      h("button.send.round", { type: "submit", "aria-label": "Send" }, icon("plane")));
    sendOnEnter(this.text);
    this.el = h("div.chat" + (group ? ".group" : ".private"), null, this.said, this.empty, form);
  }

  sampler(drawing, samples, what) {
    return h("button.icon", { type: "button", title: what, "aria-label": what, click: () => this.share({ samples }) }, icon(drawing));
  }

  /** Draws what was said; tells whether something new stands here that was not seen. */
  update(said) {
    this.empty.hidden = said.length > 0;
    follow(this.said, () => sync(this.said, said, (b) => b.id, (b) => this.bubble(b)));
    const newest = said.at(-1);
    if (!this.el.hidden || !newest || newest.from === this.id) this.seen = newest?.id;
    return newest?.id !== this.seen;
  }

  bubble(b) {
    const mine = b.from === this.id;
    const group = this.start !== "";
    return h("li.bubble" + (mine ? ".mine" : ".theirs"), null,
      group && !mine && h("p.by", null, b.name),
      b.reply && h("p.quoted", null, b.reply),
      b.files && files(b.files),
      b.text && h("p.words", null, spans(b.text)),
      b.note && h("p.words", null, b.note),
      h("p.foot", null,
        mine && b.plain && h("button.text", { type: "button", "data-focus": "edit", click: () => this.edit(b) }, "Edit"),
        group && !mine && h("button.text", { type: "button", "data-focus": "reply", click: () => this.reply(b) }, "Reply"),
        b.edited && h("span", null, "edited"),
        (b.emoji ?? []).map((e) => h("span", null, e)),
        time(b.at)));
  }

  edit(b) {
    this.reset(b.plain, "Editing");
    this.changes = b.id;
    this.text.focus();
  }

  reply(b) {
    this.reset("", "Replying to " + b.name);
    this.answers = b.id;
    this.text.focus();
  }

  /** Begins anew: with a text, and a line that says what it is about. */
  reset(text = this.start, what = "") {
    this.changes = this.answers = 0;
    this.about.hidden = !what;
    this.what.textContent = what;
    this.text.value = text;
  }

  /** Sends an act; what was typed comes back where that fails. */
  async does(name, more) {
    const before = { text: this.text.value, what: this.what.textContent, changes: this.changes, answers: this.answers };
    this.reset();
    if (await act(name, { ...this.at, text: before.text, ...more })) return;
    this.reset(before.text, before.what);
    Object.assign(this, { changes: before.changes, answers: before.answers });
  }

  send() {
    const text = this.text.value.trim();
    if (!text || text === this.start.trim()) return;
    if (this.changes) this.does("reword", { id: this.changes });
    else this.does("write", { reply: this.answers || "" });
  }

  share(what) {
    if (this.changes) this.reset();
    return this.does("files", { reply: this.answers || "", ...what });
  }

  async upload() {
    const picked = [...this.file.files];
    this.file.value = "";
    if (picked.length) await this.share({ file: picked });
  }
}

class Phone {
  constructor(id, name, group) {
    this.block = h("button.quiet.small", { type: "button", "aria-pressed": "false", click: () => act("block", { phone: id, on: !this.blocked }) }, "Block");
    this.title = h("strong");
    this.under = h("span");
    this.chats = [
      { chat: new Chat(id, name), title: "Acme", under: "bot · Telegram", tab: this.tab(0, "Private") },
      { chat: new Chat(id, name, group), title: group.title, under: "group · everybody reads along", tab: this.tab(1, "Group") },
    ];
    this.el = h("article.phone", { "aria-label": name + "’s phone" },
      h("p.owner", null, face(name), h("strong", null, name), h("span", null, "’s phone")),
      h("div.screen", null,
        h("header", null, face("Acme", "company"), h("div", null, this.title, this.under), this.block),
        h("div.where", { role: "group", "aria-label": "Where " + name + " writes" }, this.chats.map((c) => c.tab)),
        this.chats.map((c) => c.chat.el)));
    this.show(0);
  }

  tab(n, label) {
    return h("button", { type: "button", click: () => this.show(n) }, label, h("span.dot", null, "new"));
  }

  show(n) {
    for (const [i, c] of this.chats.entries()) {
      c.chat.el.hidden = i !== n;
      c.tab.setAttribute("aria-pressed", String(i === n));
    }
    this.title.textContent = this.chats[n].title;
    this.under.textContent = this.chats[n].under;
    this.block.hidden = n !== 0;
    this.draw();
  }

  update(p, group) {
    this.said = [p.said, group.said];
    this.blocked = p.blocked;
    this.block.setAttribute("aria-pressed", String(p.blocked));
    this.block.textContent = p.blocked ? "Unblock" : "Block";
    this.el.classList.toggle("blocked", p.blocked);
    this.draw();
  }

  draw() {
    if (this.said) this.chats.forEach((c, i) => c.tab.classList.toggle("fresh", c.chat.update(this.said[i])));
  }
}

export function drawPhones(all, group) {
  for (const p of all) {
    let phone = phones.get(p.id);
    if (!phone) {
      phone = new Phone(p.id, p.name, group);
      phones.set(p.id, phone);
      shelf.append(phone.el);
      if (phones.size > 1 && all.length === phones.size && shelf.dataset.ready) {
        phone.el.scrollIntoView({ block: "nearest", inline: "nearest" });
        phone.chats[0].chat.text.focus();
      }
    }
    phone.update(p, group);
  }
  shelf.dataset.ready = "yes";
}

/** Turns every phone to the group. */
export function showGroup() {
  for (const phone of phones.values()) phone.show(1);
  shelf.scrollIntoView({ block: "nearest" });
}

const form = document.getElementById("customer");
form.addEventListener("submit", async (e) => {
  e.preventDefault();
  if (await act("customer", { name: form.elements.name.value })) form.reset();
});
