// The desk: cards at the left, the open thread at the right, and who is sitting there.
import { act, follow, h, sendOnEnter, sync, toast, toEnd } from "./draw.js";
import { drawPeople, seat } from "./people.js";
import { drawPost, isCard } from "./posts.js";
import { drawViews } from "./views.js";

const $ = (id) => document.getElementById(id);
const cards = $("cards");
const replies = $("replies");
const answer = $("answer");
const text = $("answer-text");

const direct = h("details.direct", { open: true, hidden: true }, h("summary"), h("ol.list"));
$("direct").append(direct);

let desk = { staff: [], roots: [] };
let me = "";
let open = ""; // ts of the thread that is open
let editing = "";
const seen = new Map(); // thread -> number of replies that were looked at
const dismissed = new Set(); // what one person alone saw, and put away

const person = () => desk.staff.find((p) => p.id === me) ?? { name: "", whispers: [], direct: [] };
const whispers = () => (person().whispers ?? []).filter((w) => !dismissed.has(me + w.ts));
const post = (p, short) => drawPost(p, {
  me, channel: desk.name, edit: startEditing, inDesk: (one) => one.channel === desk.channel,
  name: (id) => desk.staff.find((one) => one.id === id)?.name ?? "webcare",
  dismiss: (one) => { dismissed.add(me + one.ts); draw(); },
}, short);

export function drawDesk(next) {
  desk = next;
  if (!me && desk.staff.length) {
    me = desk.staff[0].id;
    seat(desk.staff, me, (id) => { me = id; stopEditing(); draw(); });
    $("channel").textContent = "#" + desk.name;
    $("also-name").textContent = "#" + desk.name;
  }
  if (!open) open = desk.roots.find((r) => isCard(r))?.ts ?? "";
  draw();
}

function draw() {
  $("no-cards").hidden = desk.roots.length > 0;
  drawPeople(desk.staff, me);
  drawDirect();
  drawViews(person(), me);
  const shown = desk.roots.find((r) => r.ts === open);
  if (shown) seen.set(open, shown.replies?.length ?? 0);
  const stray = whispers().filter((w) => !w.thread);
  const all = [...stray, ...desk.roots].sort((a, b) => (a.ts < b.ts ? 1 : -1));
  const fresh = (r) => (r.replies?.length ?? 0) > (seen.get(r.ts) ?? 0);
  sync(cards, all.map((r) => ({ ...r, replies: r.replies?.length ?? 0, last: r.replies?.at(-1)?.at ?? 0, open: r.ts === open, fresh: fresh(r) })),
    (r) => r.ts, drawCard, me);
  drawThread(shown);
}

function drawCard(r) {
  const root = r.thread || r.ts;
  return h("li.card" + (r.open ? ".open" : "") + (r.fresh ? ".fresh" : ""), null,
    post(r, true),
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
  const rest = [...(root.replies ?? []), ...whispers().filter((w) => w.thread === root.ts)].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  follow(replies, () => sync(replies, [{ ...root, replies: 0 }, ...rest], (p) => p.ts + (p.whisper ? "w" : ""), (p) => h("li", null, post(p)), me));
}

function drawDirect() {
  const all = person().direct ?? [];
  direct.hidden = !all.length;
  direct.firstElementChild.textContent = `webcare wrote ${person().name} ${all.length === 1 ? "a direct message" : all.length + " direct messages"}`;
  sync(direct.lastElementChild, all, (p) => p.ts, (p) => h("li", null, post(p)), me);
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
document.addEventListener("thread", (e) => openThread(e.detail));
sendOnEnter(text);
