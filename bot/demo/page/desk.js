// The desk: cards at the left, the open thread at the right, and who is sitting there.
import { act, face, files, follow, h, icon, sendOnEnter, spans, sync, time, toast, toEnd } from "./draw.js";
import { showGroup } from "./phones.js";
import { drawViews, saveButton } from "./views.js";

const $ = (id) => document.getElementById(id);
const cards = $("cards");
const replies = $("replies");
const answer = $("answer");
const text = $("answer-text");

let desk = { staff: [], roots: [] };
let me = "";
let open = ""; // ts of the thread that is open
let editing = "";
const seen = new Map(); // thread -> number of replies that were looked at

const person = () => desk.staff.find((p) => p.id === me) ?? { name: "", whispers: [], direct: [] };

export function drawDesk(next) {
  desk = next;
  if (!me && desk.staff.length) {
    me = desk.staff[0].id;
    drawPeople();
    $("channel").textContent = "#" + desk.name;
    $("also-name").textContent = "#" + desk.name;
  }
  if (!open) open = desk.roots.find((r) => isCard(r))?.ts ?? "";
  draw();
}

const isCard = (post) => post.kind === "bot" && !post.thread;

function draw() {
  $("no-cards").hidden = desk.roots.length > 0;
  drawDirect();
  drawViews(person(), me);
  const shown = desk.roots.find((r) => r.ts === open);
  if (shown) seen.set(open, shown.replies?.length ?? 0);
  const stray = (person().whispers ?? []).filter((w) => !w.thread);
  const all = [...stray, ...desk.roots].sort((a, b) => (a.ts < b.ts ? 1 : -1));
  const fresh = (r) => (r.replies?.length ?? 0) > (seen.get(r.ts) ?? 0);
  sync(cards, all.map((r) => ({ ...r, replies: r.replies?.length ?? 0, last: r.replies?.at(-1)?.at ?? 0, open: r.ts === open, fresh: fresh(r) })),
    (r) => r.ts, drawCard, me);
  drawThread(shown);
}

function drawCard(r) {
  const root = r.thread || r.ts;
  return h("li.card" + (r.open ? ".open" : "") + (r.fresh ? ".fresh" : ""), null,
    drawPost(r, true),
    !r.whisper && h("button.replies-link", {
      type: "button", "data-focus": "open", "aria-expanded": String(r.open), click: () => openThread(root),
    }, r.replies ? `${r.replies} ${r.replies === 1 ? "reply" : "replies"}` : "Open the thread", r.fresh && h("span.dot", { title: "new" }, "new")));
}

function openThread(ts) {
  open = ts;
  stopEditing();
  draw();
  toEnd(replies);
  if (matchMedia("(max-width: 799px)").matches) $("thread-pane").scrollIntoView({ block: "start" });
  $("thread-title").focus({ preventScroll: true });
}

function drawThread(root) {
  $("no-thread").hidden = Boolean(root);
  answer.hidden = !root;
  $("thread-title").hidden = !root;
  replies.hidden = !root;
  if (!root) {
    replies.replaceChildren();
    return;
  }
  const title = (root.body ?? []).flatMap((b) => b.spans ?? [])[0]?.t ?? "";
  $("thread-title").textContent = title ? "Thread · " + title : "Thread";
  $("answer-label").textContent = "Answer as " + person().name + (person().guest ? ", a guest" : "");
  const whispers = (person().whispers ?? []).filter((w) => w.thread === root.ts);
  const rest = [...(root.replies ?? []), ...whispers].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  follow(replies, () => sync(replies, [{ ...root, replies: 0 }, ...rest], (p) => p.ts + (p.whisper ? "w" : ""), (p) => h("li", null, drawPost(p)), me));
}

function drawDirect() {
  const all = person().direct ?? [];
  sync($("direct"), all.length ? [{ id: "direct", all }] : [], (d) => d.id, () => h("details.direct", null,
    h("summary", null, `webcare wrote ${person().name} ${all.length === 1 ? "a direct message" : all.length + " direct messages"}`),
    h("ol.list", null, all.map((p) => h("li", null, drawPost(p))))), me);
}

/** Draws a message. short leaves out what belongs to the thread only. */
function drawPost(p, short = false) {
  const mine = p.user === me && p.kind === "staff" && !short && !p.whisper;
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
        p.also && h("span.faint", null, "also in #" + desk.name)),
      (p.body ?? []).map((b) => drawBlock(b, p)),
      p.files && files(p.files),
      (p.marks || mine || p.thread) && h("div.under", null,
        (p.marks ?? []).map((m) => h("span.mark", { title: m.means || m.name, "data-mark": m.name },
          m.means ? icon(m.name) : h("span", { "aria-hidden": "true" }, m.emoji), h("span.hidden", null, m.means || m.name), m.count > 1 && String(m.count))),
        mine && h("button.text", { type: "button", "data-focus": "edit", click: () => startEditing(p) }, "Edit"),
        mine && h("button.text", { type: "button", "data-focus": "delete", click: () => act("remove", { by: me, ts: p.ts }) }, "Delete"),
        !short && saveButton(p, me))));
}

function drawBlock(b, p) {
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
    case "buttons": return h("div.buttons", null, b.buttons.map((x) => drawButton(x, p)));
    default: return h("p.words", null, spans(b.spans));
  }
}

function drawButton(b, p) {
  const style = b.style ? "." + b.style : "";
  if (b.link?.startsWith("https://t.me/")) return h("button.button" + style, { type: "button", "data-focus": b.label, click: showGroup }, b.label);
  if (b.link) return h("a.button" + style, { href: b.link, target: "_blank", rel: "noopener noreferrer" }, b.label);
  return h("button.button" + style, {
    type: "button", "data-focus": b.action, click: async (e) => {
      const pressed = e.currentTarget;
      pressed.disabled = true;
      await act("press", { by: me, channel: p.channel, ts: p.ts, action: b.action });
      setTimeout(() => { pressed.disabled = false; }, 800);
    },
  }, b.label);
}

function drawPeople() {
  $("who").append(...desk.staff.map((p) => h("label.chip", null,
    h("input", { type: "radio", name: "who", value: p.id, checked: p.id === me, change: () => { me = p.id; stopEditing(); draw(); } }),
    h("span", null, p.name, p.guest && h("small", null, " guest")))));
}

function startEditing(p) {
  editing = p.ts;
  $("editing").hidden = false;
  text.value = p.plain ?? "";
  text.focus();
}

function stopEditing() {
  if (!editing) return;
  editing = "";
  $("editing").hidden = true;
  text.value = "";
}

function showChosen() {
  const all = [...$("answer-file").files];
  $("chosen").hidden = !all.length;
  $("chosen-names").textContent = (all.length > 1 ? `With ${all.length} files: ` : "With the file ") + all.map((f) => f.name).join(", ");
}

/** Chooses these files, as if they had been picked from a folder. */
function choose(all) {
  const list = new DataTransfer();
  for (const f of all) list.items.add(f);
  $("answer-file").files = list.files;
  showChosen();
}

/** Chooses pictures of the demo's own. */
async function chooseSamples() {
  try {
    choose(await Promise.all([1, 2, 3].map(async (n) => {
      const picture = await (await fetch("/sample/" + n)).blob();
      return new File([picture], `parcel-${n}.jpg`, { type: picture.type });
    })));
    text.focus();
  } catch {
    toast("The demo does not answer. Is it still running?");
  }
}

answer.addEventListener("submit", async (e) => {
  e.preventDefault();
  const words = text.value;
  const picked = [...$("answer-file").files];
  if (!words.trim() && !picked.length) return;
  if (editing) {
    if (await act("change", { by: me, ts: editing, text: words })) stopEditing();
    return;
  }
  text.value = "";
  choose([]);
  toEnd(replies);
  if (await act("say", { by: me, thread: open, text: words, also: $("answer-also").checked, file: picked })) {
    $("answer-also").checked = false;
  } else {
    text.value = words;
    choose(picked);
  }
});

$("answer-file").addEventListener("change", showChosen);
$("unchoose").addEventListener("click", () => { choose([]); text.focus(); });
$("sample-files").addEventListener("click", chooseSamples);
$("stop-editing").addEventListener("click", () => { stopEditing(); text.focus(); });
sendOnEnter(text);
