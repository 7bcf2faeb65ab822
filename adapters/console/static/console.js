// Keeps the page up to date by server-sent events, and brings typed commands to newsbell. The page stands without it.
"use strict";

const KEPT = 250; // messages in a chat of a page that stays open for days
const NEAR_END = 80; // pixels: whoever is nearer to the newest message is moved along
const RETRY_MS = 3000;

const byId = (id) => document.getElementById(id);
const chosen = () => document.querySelector("input[name=chat]:checked").value;
const unread = { telegram: 0, discord: 0 };
const typed = [];
let recall = 0;

// --- messages

function partsOf(chat) {
  const section = byId(chat);
  return {
    section,
    scroll: section.querySelector(".scroll"),
    list: section.querySelector(".messages"),
    pill: section.querySelector(".pill"),
    badge: document.querySelector(`input[value=${chat}] + span .badge`),
  };
}

function tellUnread(chat, count) {
  const { section, pill, badge } = partsOf(chat);
  const away = section.offsetParent === null; // the other tab of a narrow page
  unread[chat] = count;
  pill.textContent = `${count} new ${count === 1 ? "message" : "messages"} ↓`;
  pill.hidden = !count || away;
  badge.textContent = count;
  badge.hidden = !count || !away;
}

function readTo(chat) {
  partsOf(chat).scroll.scrollTop = 0; // the end: the list is reversed
  tellUnread(chat, 0);
}

function replace({ chat, id, html }) {
  const old = byId(`${chat}-${id}`);
  if (old) old.outerHTML = html;
  return old;
}

function append({ chat, id, html }, toEnd) {
  if (replace({ chat, id, html })) return;
  const { section, scroll, list } = partsOf(chat);
  const atEnd = scroll.scrollTop > -NEAR_END;
  const height = scroll.scrollHeight;
  const before = [...list.querySelectorAll("article")].pop();
  list.insertAdjacentHTML("beforeend", html);
  const added = list.lastElementChild;
  added.classList.add("fresh");
  if (added.dataset.day !== before?.dataset.day) {
    added.insertAdjacentHTML("beforebegin", '<p class="day"><span></span></p>');
    added.previousElementSibling.firstElementChild.textContent = added.dataset.day;
  }
  while (list.children.length > KEPT) list.firstElementChild.remove();
  if (section.offsetParent !== null && (atEnd || toEnd)) return readTo(chat);
  scroll.scrollTop -= scroll.scrollHeight - height; // what is being read stays where it is
  tellUnread(chat, unread[chat] + 1);
}

const on = {
  message: (news) => append(news, false),
  notice: (news) => append(news, true),
  edited: replace,
  deleted: ({ chat, id }) => byId(`${chat}-${id}`)?.remove(),
  problem({ html, facts }) {
    const open = byId("problems").querySelector("details")?.open;
    byId("problems").innerHTML = html;
    byId("problems").querySelector("details")?.toggleAttribute("open", Boolean(open));
    byId("facts").innerHTML = facts;
  },
  stale: () => location.reload(),
};

// --- the connection

function follow(lastId) {
  const source = new EventSource(`/events?since=${encodeURIComponent(lastId)}`);
  const tell = (live) => {
    byId("link").textContent = live ? "live" : "reconnecting …";
    byId("link").classList.toggle("live", live);
  };
  source.onopen = () => tell(true);
  source.onerror = () => {
    tell(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, RETRY_MS, lastId);
  };
  for (const kind in on) {
    source.addEventListener(kind, (event) => {
      lastId = event.lastEventId;
      on[kind](JSON.parse(event.data));
    });
  }
}

// --- commands

async function type(chat, text) {
  const body = JSON.stringify({ chat, text });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/command", { method: "POST", headers, body }).catch(() => null);
  const complaint = answer ? answer.ok || (await answer.text()) : "newsbell does not answer. Is it running?";
  byId("complaint").textContent = complaint === true ? "" : complaint;
  return answer?.ok;
}

byId("command").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("line").value.trim();
  if (!text) return;
  recall = typed.push(text);
  byId("line").value = "";
  if (!(await type(chosen(), text))) byId("line").value ||= text;
});

byId("line").addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !typed.length) return;
  event.preventDefault();
  recall = Math.min(Math.max(recall + step, 0), typed.length);
  byId("line").value = typed[recall] ?? "";
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-command]");
  if (button) type(button.closest(".chat")?.id ?? chosen(), button.dataset.command);
});

// --- beginning

for (const chat of Object.keys(unread)) {
  const { scroll, pill } = partsOf(chat);
  pill.addEventListener("click", () => readTo(chat));
  const seen = () => unread[chat] && scroll.scrollTop > -NEAR_END && tellUnread(chat, 0);
  scroll.addEventListener("scroll", seen, { passive: true });
  document.querySelector(`input[value=${chat}]`).addEventListener("change", () => tellUnread(chat, 0));
}
const hideBroken = (image) => (image.hidden = true);
document.addEventListener("error", ({ target }) => target.matches?.(".message img") && hideBroken(target), true);
const broken = (image) => image.complete && !image.naturalWidth; // before this script could hear of it
[...document.querySelectorAll(".message img")].filter(broken).forEach(hideBroken);
byId("command").hidden = byId("hint").hidden = false;
follow(document.body.dataset.last);
