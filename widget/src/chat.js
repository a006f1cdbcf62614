// The chat inside the frame. deep-chat shows the messages and takes the input; the talk itself is kept by the server.

import { fitted, repaired } from "./deep_chat.js";
import { post } from "./server.js";
import { errorHtml, messageHtml, pinnedElement, withLinks } from "./messages.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const talk = /^#talk=([0-9a-f]{32})$/.exec(location.hash)?.[1];
const embedder = window.parent;

let chat; // the deep-chat element
let busy = false; // a message is on its way
let pinned = []; // the emergency messages that are to stay in view
let acknowledged = ""; // ids of those that the person has put away
const unsent = []; // messages that did not reach the guide yet, oldest first: { text, title, id }
let sending = Promise.resolve(); // one after the other, so that no two send the same
// Sent again, these would fail again; kept, they would hold up what is typed next.
const HOPELESS = ["too_long", "empty", "foreign", "no_json", "no_talk"];
const later = []; // menu entries pressed meanwhile: { title, payload }

// Only inside a frame that hands over the talk; the guide's own page is such a frame's host, too.
if (embedder === window || !talk) location.replace("./");
else start().catch(showNothingWorks);

async function start() {
  wireHeader();
  const library = import("./deep-chat.js");
  const history = post("history", { talk }).catch((problem) => problem);
  await library;
  chat = fitted(document.createElement("deep-chat"), texts);
  chat.connect = { handler: send };
  const loaded = await history;
  if (!(loaded instanceof Error)) chat.history = loaded.messages.map(asDeepChat);
  document.getElementById("chat").append(chat);
  while (!log()) await new Promise(requestAnimationFrame);
  repair();
  new MutationObserver(repair).observe(chat.shadowRoot, { childList: true, subtree: true });
  chat.shadowRoot.addEventListener("click", clicked);
  if (loaded instanceof Error) chat.addMessage({ html: errorHtml(loaded.code, texts, "reload"), role: "ai" });
  else applyStanding(loaded.standing);
  document.getElementById("loading").remove();
  document.body.dataset.ready = "yes";
  log().focus({ preventScroll: true });
  tellEmbedder("ready");
}

function showNothingWorks() {
  const words = document.getElementById("loading");
  words.replaceChildren();
  words.insertAdjacentHTML("beforeend", errorHtml("offline", texts, "reload")); // built of text nodes
  words.querySelector("button").addEventListener("click", () => location.reload());
  tellEmbedder("ready"); // it says what is wrong itself
}

const log = () => chat.shadowRoot?.getElementById("messages");

function repair() {
  repaired(chat.shadowRoot, texts);
  showPinned();
}

// Of a talk that is shown again only the last message still waits for a quick reply.
const asDeepChat = (message, number, all) =>
  message.from === "person"
    ? { role: "user", text: message.blocks[0].text }
    : { role: "ai", html: messageHtml(number === all.length - 1 ? message : { ...message, buttons: [] }, texts) };

// deep-chat calls this with what was typed, or with the quick reply that was pressed.
async function send(body, signals) {
  const last = body.messages.at(-1);
  const payload = last.custom?.payload;
  unsent.push({ text: payload ?? last.text, title: payload ? last.text : undefined, id: randomId() });
  const replies = setAside();
  removeAll(".trouble");
  const messages = await delivered();
  await signals.onResponse(messages.map(({ html }) => ({ html })));
  after(messages, replies);
}

async function tryAgain(trouble) {
  const button = trouble.querySelector("button");
  button.disabled = true;
  button.textContent = texts.thinking;
  log().focus();
  const replies = setAside();
  const messages = await delivered();
  removeAll(".trouble");
  for (const { html } of messages) chat.addMessage({ html, role: "ai" });
  after(messages, replies);
}

// Sends what was not sent, oldest first, up to the last message there is now.
function delivered() {
  const last = unsent.at(-1);
  const done = sending.then(() => deliver(last));
  sending = done;
  return done;
}

async function deliver(last) {
  const messages = [];
  busy = true;
  try {
    while (unsent.includes(last)) {
      const answer = await post("message", { ...unsent[0], talk });
      unsent.shift();
      applyStanding(answer.standing);
      messages.push(...answer.messages.map((message) => ({ html: messageHtml(message, texts), id: message.id })));
    }
  } catch (problem) {
    const refused = HOPELESS.includes(problem.code) ? unsent.shift() : undefined;
    if (problem.code === "too_long") giveBack(refused.text);
    messages.push({ html: errorHtml(problem.code, texts, refused ? "" : "send"), failed: true });
  }
  busy = false;
  return messages;
}

// While a message is on its way no older quick reply is pressed; it comes back if the message did not get through.
function setAside() {
  const replies = [...chat.shadowRoot.querySelectorAll(".quick-replies")];
  for (const group of replies) group.hidden = true;
  return replies;
}

function after(messages, replies) {
  const failed = messages.at(-1)?.failed;
  for (const group of replies) {
    if (failed && group === replies.at(-1) && !unsent.length) group.hidden = false;
    else if (!failed) group.remove();
  }
  document.getElementById("notice").hidden = true;
  showFrom(messages);
  const next = later.shift();
  if (next) say(next.title, next.payload);
}

// A long answer is read from its beginning, not from its end. Only the log is scrolled, never the page around it.
function showFrom([first]) {
  requestAnimationFrame(() => {
    const bubble = first?.id && log().querySelector(`[data-id="${first.id}"]`);
    if (bubble) log().scrollTop += bubble.getBoundingClientRect().top - log().getBoundingClientRect().top - 12;
  });
}

function clicked(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.payload) say(button.textContent, button.dataset.payload);
  if (button.dataset.again === "send") tryAgain(button.closest(".trouble"));
  if (button.dataset.again === "copy") saveCopy();
  if (button.dataset.again === "forget") forget();
  if (button.dataset.again === "reload") location.reload();
  if (button.dataset.action) useSummary(button.dataset.action, button.closest(".plain, .card"));
}

function say(title, payload) {
  chat.submitUserMessage({ text: title, custom: { payload } });
  // The button that had the focus is gone; the next Tab should find the answer.
  log().focus();
}

function fromMenu(title, payload) {
  if (chat && !busy && document.body.dataset.ready) say(title, payload);
  else later.push({ title, payload });
}

// Help does not wait for the server.
function showNumbers() {
  const notice = document.getElementById("notice");
  notice.replaceChildren(withLinks(document.createElement("p"), texts.error_urgent, texts.error_urgent_links));
  notice.hidden = false;
}

function useSummary(action, bubble) {
  const lines = [...bubble.querySelectorAll("p, li")];
  const text = lines.map((line) => (line.matches("li") ? "- " : "") + line.textContent).join("\n");
  if (action === "print") {
    document.getElementById("print").textContent = text;
    window.print();
    return;
  }
  saveFile(text, texts.file_name);
}

function saveFile(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function applyStanding(standing) {
  const bar = document.getElementById("progress");
  const { number, total } = standing.progress ?? {};
  bar.hidden = !standing.progress;
  if (standing.progress) {
    const words = texts.progress.replace("{number}", number).replace("{total}", total);
    const named = { "aria-valuenow": number, "aria-valuemax": total, "aria-valuetext": words, "aria-label": words };
    for (const [name, value] of Object.entries(named)) bar.setAttribute(name, value);
    bar.firstElementChild.style.width = `${(100 * number) / total}%`;
  }
  pinned = standing.pinned;
  showPinned();
}

function showPinned() {
  const root = chat.shadowRoot;
  const shown = root.querySelector(".pinned");
  const ids = pinned.map((message) => message.id).join(" ");
  const wanted = ids && ids !== acknowledged ? pinnedElement(pinned, texts) : undefined;
  if (shown?.textContent === wanted?.pinned.textContent) return;
  shown?.remove();
  if (!wanted) return;
  wanted.done.addEventListener("click", () => {
    acknowledged = ids;
    showPinned();
    chat.focusInput();
  });
  const input = root.getElementById("input");
  input.parentNode.insertBefore(wanted.pinned, input);
}

function removeAll(selector) {
  for (const node of chat.shadowRoot.querySelectorAll(selector)) {
    (node.closest(".outer-message-container") ?? node).remove();
  }
}

function giveBack(text) {
  const input = chat.shadowRoot.getElementById("text-input");
  setTimeout(() => {
    input.textContent = text;
    input.classList.remove("text-input-placeholder");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function wireHeader() {
  const menu = document.getElementById("menu");
  for (const button of menu.querySelectorAll("[data-say]")) {
    button.addEventListener("click", () => {
      menu.open = false;
      if (button.id === "numbers" && (busy || !document.body.dataset.ready)) showNumbers();
      else fromMenu(button.textContent, button.dataset.say);
    });
  }
  document.getElementById("copy").addEventListener("click", () => {
    menu.open = false;
    saveCopy();
  });
  const ask = document.getElementById("forget-ask");
  document.getElementById("forget").addEventListener("click", () => {
    menu.open = false;
    ask.returnValue = "no";
    ask.showModal();
  });
  ask.addEventListener("close", () => {
    if (ask.returnValue === "yes") forget();
  });
  const close = document.getElementById("close");
  close.hidden = !/[?&]close\b/.test(location.search);
  close.addEventListener("click", () => tellEmbedder("close"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (menu.open) menu.open = false;
    else if (!close.hidden && !ask.open) tellEmbedder("close");
  });
}

async function saveCopy() {
  removeAll(".trouble");
  try {
    saveFile((await post("copy", { talk })).copy, texts.copy_name);
  } catch ({ code }) {
    chat.addMessage({ html: errorHtml(code, texts, "copy"), role: "ai" });
  }
}

async function forget() {
  try {
    await post("forget", { talk });
    tellEmbedder("new");
  } catch {
    removeAll(".trouble");
    chat.addMessage({ html: errorHtml("not_forgotten", texts, "forget"), role: "ai" });
  }
}

function tellEmbedder(what) {
  // Which site that is the frame does not know; the message holds nothing of the talk.
  embedder.postMessage({ noseTwitchGuide: what }, "*");
}

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
