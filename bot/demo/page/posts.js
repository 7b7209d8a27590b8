// A message of the desk as it stands in Slack: what it says, what can be pressed or chosen on it, its reactions, its menu.
import { act, face, files, goTo, h, icon, spans, time } from "./draw.js";
import { showGroup } from "./phones.js";

// What can be put on a card, and what it does there.
const reactions = { eyes: "Take the customer", white_check_mark: "Close" };

/** A card, or another message of the bot's in the channel. */
export const isCard = (p) => p.kind === "bot" && !p.thread && !p.whisper;

/**
 * Draws a message for whoever sits at the desk; seat holds me, name (of a person's id), channel, edit and dismiss. In short
 * it is drawn without what belongs to the thread only.
 */
export function drawPost(p, seat, short = false) {
  return h("article.post." + p.kind + (p.whisper ? ".whisper" : ""), null,
    p.kind === "gone" ? null : face(p.name, p.kind === "bot" ? "bot" : ""),
    h("div.what", null,
      h("p.head", null,
        p.whisper && h("span.only", null, "Only you see this"),
        p.name && h("strong", null, p.name),
        p.kind === "bot" && h("span.badge", null, "app"),
        p.kind === "customer" && h("span.badge.out", null, "customer"),
        time(p.at),
        p.edited && h("span.faint", null, "(edited)"),
        p.also && h("span.faint", null, "also in #" + seat.channel)),
      (p.body ?? []).map((b) => drawBlock(b, p, seat)),
      p.files && files(p.files),
      under(p, seat, short)));
}

// The row below a message: reactions, and what its menu offers.
function under(p, seat, short) {
  const does = (label, focus, click) => h("button.text", { type: "button", "data-focus": focus, click }, label);
  const use = (name) => act("shortcut", { by: seat.me, ts: p.ts, name });
  const row = [];
  if (p.whisper) row.push(does("Dismiss", "dismiss", () => seat.dismiss(p)));
  else if (p.kind === "gone") return null;
  else {
    const card = isCard(p) && seat.inDesk(p);
    if (card) row.push(...Object.keys(reactions).map((name) => reaction(name, p, seat)));
    row.push(...(p.marks ?? []).filter((m) => !card || !reactions[m.name]).map(mark));
    if (!short && p.user === seat.me && p.kind === "staff") {
      row.push(does("Edit", "edit", () => seat.edit(p)), does("Delete", "delete", () => act("remove", { by: seat.me, ts: p.ts })));
    }
    if (!short && p.thread) row.push(does("Save as ready answer", "save-ready", () => use("save_ready")));
    if (card) row.push(does("Hand to …", "hand-over", () => use("hand_over")));
  }
  return row.length > 0 && h("div.under", null, row);
}

function mark(m) {
  return h("span.mark", { title: m.means || m.name, "data-mark": m.name },
    m.means ? icon(m.name) : h("span", { "aria-hidden": "true" }, m.emoji), h("span.hidden", null, m.means || m.name), m.by.length > 1 && String(m.by.length));
}

// A reaction that can be put on a card or taken away, with the names of those who did.
function reaction(name, p, seat) {
  const by = (p.marks ?? []).find((m) => m.name === name)?.by ?? [];
  const mine = by.includes(seat.me);
  return h("button.mark.react", {
    type: "button", title: reactions[name], "aria-pressed": String(mine), "data-focus": "react-" + name,
    click: () => act("react", { by: seat.me, ts: p.ts, name, on: !mine }),
  }, icon(name), h("span.hidden", null, reactions[name]), by.length > 0 && h("span.names", null, by.map(seat.name).join(", ")));
}

function drawBlock(b, p, seat) {
  switch (b.kind) {
    case "quote": return h("blockquote", null, spans(b.spans));
    case "pre": return h("pre", null, spans(b.spans));
    case "list": {
      const list = h(b.numbered ? "ol.text-list" : "ul.text-list", { "data-level": b.level ?? 0 }, (b.items ?? []).map((i) => h("li", null, spans(i))));
      return list;
    }
    case "context": return h("p.context", null, spans(b.spans));
    case "header": return h("p.heading", null, spans(b.spans));
    case "divider": return h("hr", null);
    case "buttons": return h("div.buttons", null, b.buttons.map((x) => (x.options ? drawMenu(x, p, seat) : drawButton(x, p, seat))));
    default: return h("p.words", null, spans(b.spans));
  }
}

function drawButton(b, p, seat) {
  const style = b.style ? "." + b.style : "";
  const leads = (click) => h("button.button" + style, { type: "button", "data-focus": b.label, click }, b.label);
  if (b.thread) return leads(() => goTo(b.thread));
  if (b.link?.startsWith("https://t.me/")) return leads(showGroup);
  if (b.link) return h("a.button" + style, { href: b.link, target: "_blank", rel: "noopener noreferrer" }, b.label);
  return h("button.button" + style, {
    type: "button", "data-focus": b.action, click: async (e) => {
      const pressed = e.currentTarget;
      pressed.disabled = true;
      await act("press", { by: seat.me, channel: p.channel, ts: p.ts, action: b.action });
      setTimeout(() => { pressed.disabled = false; }, 800);
    },
  }, b.label);
}

// A menu does what is chosen at once.
function drawMenu(b, p, seat) {
  const focus = b.action.split("@")[0];
  const choose = (value) => (e) => {
    e.currentTarget.closest("details").open = false;
    act("choose", { by: seat.me, channel: p.channel, ts: p.ts, action: b.action, value });
  };
  return h("details.menu", null, h("summary.button", { "data-focus": focus }, b.label),
    h("div.options", null, b.options.map((o) => h("button.button", { type: "button", "data-focus": `${focus}-${o.value}`, click: choose(o.value) }, o.label))));
}
