// The page: one stream of what is, drawn again whenever it changes; levers; the bot's log.
import { act, follow, h, setZone, sync } from "./draw.js";
import { drawDesk } from "./desk.js";
import { drawPhones } from "./phones.js";

const $ = (id) => document.getElementById(id);
let last;

// What a lever does, said while it is on.
const says = {
  slackDown: "Slack is down: what customers write waits, and shows up when Slack is back.",
  telegramDown: "Telegram is down: answers wait (⏳) and go out when it is back.",
  slow: "Every call takes 3 seconds longer.",
  loseTelegram: "The next answer reaches the customer, but Telegram’s “ok” gets lost: webcare cannot know, and asks you (❓).",
  loseSlack: "The next post reaches Slack, but Slack’s “ok” gets lost: webcare looks it up, and posts nothing twice.",
};
const saysRules = {
  fourEyes: "Four eyes: what goes to the group is posted by somebody else than its writer (approve = \"other\" in the config).",
  form: "Answers in a form: what is typed in a thread stays inside, the card’s button opens the form (reply_mode = \"command\"). Cards of before get it when they change.",
  fast: "Who writes from now on: a nudge in the thread at the full minute, a minute later by direct message too, then to the lead, Fatima; usually after 15, 45 and 60 minutes.",
  dutch: "Staff read Dutch (language = \"nl\"). What stands there already stays as it is.",
};

function draw(s) {
  if (!last) setZone(s.zone);
  last = s;
  drawBot(s.bot);
  drawLevers(s);
  drawPhones(s.phones, s.group);
  drawDesk(s.desk);
  $("log-count").textContent = s.bot.logCount ? `(${s.bot.logCount} lines)` : "";
  const log = $("log");
  follow(log, () => { log.textContent = s.bot.log.join("\n"); });
}

function drawBot(b) {
  let state = "starting", words = "The bot is starting", more = "";
  if (!b.in) [state, words] = ["off", "The plug is out: the bot is dead"];
  else if (!b.running && b.ending) [state, words] = ["off", "The bot ended by itself and is started again"];
  else if (b.running && b.slack) [state, words, more] = ["on", "The bot runs", ` · process ${b.pid}` + (b.lives > 1 ? ` · life ${b.lives}` : "")];
  else if (b.running) [state, words] = ["starting", "The bot runs and looks for Slack"];
  const el = $("bot");
  el.dataset.state = state;
  el.dataset.lives = b.lives;
  if (el.textContent !== words + more) el.replaceChildren(words, h("span.wide", null, more));
  const plug = $("plug");
  plug.textContent = b.in ? "Pull the plug" : "Plug in again";
  plug.dataset.in = b.in;
}

function drawLevers(s) {
  for (const b of document.querySelectorAll("[data-lever]")) b.setAttribute("aria-pressed", String(s.levers[b.dataset.lever]));
  for (const b of document.querySelectorAll("[data-rule]")) b.setAttribute("aria-pressed", String(s.settings[b.dataset.rule]));
  const lines = Object.keys(says).filter((k) => s.levers[k]).map((k) => ({ k, text: says[k] }));
  for (const k of Object.keys(saysRules)) if (s.settings[k]) lines.push({ k, text: saysRules[k], rule: true });
  if (!s.bot.in) lines.push({ k: "plug", text: "The bot was killed in the middle of whatever it did. Go on writing on both sides, then plug it in again: everything is still there." });
  if (!lines.length) lines.push({ k: "none", text: "All is well. Staff are nudged about a customer who waits 15, 45 and 60 minutes, as usual; “Nudges come fast” takes a minute for each." });
  sync($("said"), lines, (l) => l.k, (l) => h("li" + (l.rule ? ".rule" : ""), null, l.text, l.k === "fast" && h("span.countdown", { "aria-hidden": "true" })));
  countDown();
}

// Deadlines lie on full minutes.
function countDown() {
  const left = 60 - new Date().getSeconds();
  for (const el of document.querySelectorAll(".countdown")) el.textContent = ` Full minute in ${left} s.`;
}
setInterval(countDown, 1000);

$("levers").addEventListener("click", (e) => {
  const b = e.target.closest("[data-lever]");
  if (b && last) act("lever", { name: b.dataset.lever, on: !last.levers[b.dataset.lever] });
});
for (const b of document.querySelectorAll("[data-rule]")) {
  b.addEventListener("click", () => last && act("setting", { name: b.dataset.rule, on: !last.settings[b.dataset.rule] }));
}
$("plug").addEventListener("click", () => last && act("plug", { on: !last.bot.in }));

const stream = new EventSource("/events");
stream.onmessage = (e) => draw(JSON.parse(e.data));
stream.onerror = () => {
  $("bot").dataset.state = "off";
  $("bot").textContent = "The demo does not answer";
};
