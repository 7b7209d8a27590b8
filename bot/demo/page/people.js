// Who sits at the desk. A person to whom something was said that only they see has a number beside the name.
import { act, clockAt, h, icon } from "./draw.js";

const $ = (id) => document.getElementById(id);
const chips = new Map(); // id -> what stands on the chip
const seen = new Map(); // id -> what was seen by who sat there
let me = "";
let resting = false;

/** Makes the chips; choose is told who sits down. */
export function seat(staff, first, choose) {
  for (const p of staff) {
    const chip = h("span");
    chips.set(p.id, chip);
    seen.set(p.id, new Set());
    $("who").append(h("label.chip", null, h("input", { type: "radio", name: "who", value: p.id, checked: p.id === first, change: () => choose(p.id) }), chip));
  }
}

/** Draws who is there now. */
export function drawPeople(staff, who) {
  me = who;
  for (const p of staff) {
    const told = [...(p.direct ?? []), ...(p.whispers ?? [])].map((m) => m.channel + m.ts);
    if (p.id === me) for (const t of told) seen.get(p.id).add(t);
    const fresh = told.filter((t) => !seen.get(p.id).has(t)).length;
    const chip = chips.get(p.id);
    const sign = `${fresh} ${p.rests}`;
    if (chip.sign === sign) continue;
    chip.sign = sign;
    chip.replaceChildren(...[p.name, p.role && h("small", null, " " + p.role), p.rests && icon("moon"), p.rests && h("span.hidden", null, " is not to be disturbed"),
      fresh > 0 && h("span.dot", { title: `Only ${p.name} sees ${fresh === 1 ? "it" : "them"}` }, fresh, h("span.hidden", null, " new"))].filter(Boolean));
  }
  const p = staff.find((one) => one.id === me);
  resting = Boolean(p?.rests);
  $("rest").setAttribute("aria-pressed", String(resting));
  $("rest-until").textContent = resting ? " until " + clockAt(p.rests) : "";
}

$("rest").addEventListener("click", () => act("rest", { by: me, on: !resting }));
$("slash").addEventListener("click", () => act("slash", { by: me }));
