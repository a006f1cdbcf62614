// The chat inside the frame. deep-chat shows the messages and takes the input; the talk itself is kept by the server.

import { errorHtml, heardOnly, messageHtml, pinnedElement } from "./messages.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const talk = /^#talk=([0-9a-f]{32})$/.exec(location.hash)?.[1];
const embedder = window.parent;
const DEADLINE = 20_000;

let chat; // the deep-chat element
let pending = null; // the message that is on its way or failed: { text, title, id }
let pinned = null; // the emergency message that is to stay in view
let acknowledged = ""; // id of the one that the person has put away

// Only inside a frame that hands over the talk; the guide's own page is such a frame's host, too.
if (embedder === window || !talk) location.replace("./");
else start();

async function start() {
  wireHeader();
  const library = import("./deep-chat.js");
  const history = post("history", {}).catch((problem) => problem);
  await library;
  chat = document.createElement("deep-chat");
  // Set before it renders: without a font of its own it would ask Google for one.
  chat.style.fontFamily = "system-ui, sans-serif";
  configure();
  const loaded = await history;
  if (!(loaded instanceof Error)) chat.history = loaded.messages.map(asDeepChat);
  document.getElementById("chat").append(chat);
  await rendered();
  repair();
  new MutationObserver(repair).observe(chat.shadowRoot, { childList: true, subtree: true });
  chat.shadowRoot.addEventListener("click", clicked);
  if (loaded instanceof Error) {
    chat.addMessage({ html: errorHtml(loaded.code, texts), role: "ai" });
  } else {
    applyStanding(loaded.standing);
  }
  document.body.dataset.ready = "yes";
}

function configure() {
  // The person's words are shown as they are: no Markdown, no links, no HTML.
  window.remarkable_plugins = [{ plugin: (markdown) => (markdown.render = plainText) }];
  chat.connect = { handler: send };
  chat.textInput = {
    placeholder: { text: texts.input, style: { color: "var(--faint)" } },
    styles: {
      container: { backgroundColor: "var(--field)", border: "1px solid var(--line-strong)", boxShadow: "none" },
      text: { color: "var(--text)", fontSize: "1rem" },
    },
  };
  const bubble = { maxWidth: "88%", fontSize: "1rem", lineHeight: "1.45", padding: "0.6rem 0.8rem", borderRadius: "0.9rem" };
  chat.messageStyles = {
    default: {
      shared: { bubble },
      user: { bubble: { backgroundColor: "var(--you)", color: "var(--you-text)" } },
      ai: { bubble: { backgroundColor: "var(--guide)", color: "var(--text)" } },
    },
    html: { shared: { bubble: { ...bubble, padding: "0", backgroundColor: "transparent", color: "var(--text)" } } },
    loading: { message: { styles: { bubble: { backgroundColor: "var(--guide)", color: "var(--faint)" } } } },
  };
  chat.submitButtonStyles = { position: "outside-end" };
  Object.assign(chat.style, { display: "block", width: "100%", height: "100%", backgroundColor: "var(--page)" });
}

function plainText(text) {
  const holder = document.createElement("p");
  holder.textContent = text;
  return holder.outerHTML;
}

async function rendered() {
  while (!chat.shadowRoot?.getElementById("messages")) await new Promise(requestAnimationFrame);
}

// What deep-chat leaves out for people who hear the page or use keys; it makes nodes anew, so this runs again and again.
function repair() {
  const root = chat.shadowRoot;
  set(root.getElementById("messages"), { role: "log", "aria-live": "polite", "aria-label": texts.messages, tabindex: "0" });
  set(root.getElementById("text-input"), { "aria-label": texts.input });
  const button = root.querySelector(".input-button");
  set(button, { "aria-label": texts.send, title: texts.send, role: "button", tabindex: "0" });
  for (const dots of root.querySelectorAll(".loading-message-text")) set(dots, { role: "img", "aria-label": texts.thinking });
  for (const bubble of root.querySelectorAll(".user-message:not(:has(.heard-only))")) bubble.prepend(heardOnly(texts.you_said));
  if (!root.getElementById("inside")) {
    const style = document.createElement("link");
    style.id = "inside";
    style.rel = "stylesheet";
    style.href = "static/chat.css";
    root.append(style);
  }
  showPinned();
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
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
  pending = { text: payload ?? last.text, title: payload ? last.text : undefined, id: randomId() };
  removeAll(".quick-replies");
  removeAll(".trouble");
  const messages = await answered();
  await signals.onResponse(messages.map(({ html }) => ({ html })));
  showFrom(messages);
}

// A long answer is read from its beginning, not from its end. Only the log is scrolled, never the page around it.
function showFrom([first]) {
  requestAnimationFrame(() => {
    const log = chat.shadowRoot.getElementById("messages");
    const bubble = first && log.querySelector(`[data-id="${first.id}"]`);
    if (bubble) log.scrollTop += bubble.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  });
}

async function answered() {
  try {
    const answer = await post("message", pending);
    pending = null;
    applyStanding(answer.standing);
    return answer.messages.map((message) => ({ html: messageHtml(message, texts), id: message.id }));
  } catch (problem) {
    if (problem.code === "too_long") giveBack(pending.text);
    return [{ html: errorHtml(problem.code, texts) }];
  }
}

async function tryAgain() {
  removeAll(".trouble");
  if (!pending) {
    location.reload();
    return;
  }
  const messages = await answered();
  for (const { html } of messages) chat.addMessage({ html, role: "ai" });
  showFrom(messages);
}

function clicked(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.payload) say(button.textContent, button.dataset.payload);
  if (button.classList.contains("retry")) tryAgain();
  if (button.dataset.action) useSummary(button.dataset.action, button.closest(".plain, .card"));
}

function say(title, payload) {
  chat.submitUserMessage({ text: title, custom: { payload } });
  // The button that had the focus is gone; the next Tab should find the answer.
  chat.shadowRoot.getElementById("messages").focus();
}

function useSummary(action, bubble) {
  const text = [...bubble.querySelectorAll("p, li")].map((line) => (line.matches("li") ? "- " : "") + line.textContent).join("\n");
  if (action === "print") {
    document.getElementById("print").textContent = text;
    window.print();
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = texts.file_name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function applyStanding(standing) {
  const bar = document.getElementById("progress");
  const { number, total } = standing.progress ?? {};
  bar.hidden = !standing.progress;
  if (standing.progress) {
    const words = texts.progress.replace("{number}", number).replace("{total}", total);
    set(bar, { "aria-valuenow": `${number}`, "aria-valuemax": `${total}`, "aria-valuetext": words, "aria-label": words });
    bar.firstElementChild.style.width = `${(100 * number) / total}%`;
  }
  pinned = standing.pinned;
  showPinned();
}

function showPinned() {
  const root = chat.shadowRoot;
  const shown = root.querySelector(".pinned");
  const wanted = pinned && pinned.id !== acknowledged ? pinnedElement(pinned, texts) : undefined;
  if (shown?.textContent === wanted?.pinned.textContent) return;
  shown?.remove();
  if (!wanted) return;
  wanted.done.addEventListener("click", () => {
    acknowledged = pinned.id;
    showPinned();
    chat.focusInput();
  });
  const input = root.getElementById("input");
  input.parentNode.insertBefore(wanted.pinned, input);
}

function removeAll(selector) {
  for (const node of chat.shadowRoot.querySelectorAll(selector)) {
    const holder = selector === ".trouble" ? node.closest(".outer-message-container") ?? node : node;
    holder.remove();
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
      if (chat) say(button.textContent, button.dataset.say);
    });
  }
  const ask = document.getElementById("forget-ask");
  document.getElementById("forget").addEventListener("click", () => {
    menu.open = false;
    ask.showModal();
  });
  ask.addEventListener("close", async () => {
    if (ask.returnValue === "yes") await forget();
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

async function forget() {
  try {
    await post("forget", {});
    tellEmbedder("new");
  } catch (problem) {
    chat.addMessage({ html: errorHtml(problem.code, texts), role: "ai" });
  }
}

function tellEmbedder(what) {
  // Which site that is the frame does not know; the message holds nothing of the talk.
  embedder.postMessage({ noseTwitchGuide: what }, "*");
}

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, talk }),
      signal: AbortSignal.timeout(DEADLINE),
    });
  } catch (error) {
    throw problemOf(error.name === "TimeoutError" ? "too_slow" : "offline");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw problemOf(answer.error ?? "trouble");
  return answer;
}

function problemOf(code) {
  return Object.assign(new Error(code), { code });
}

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
