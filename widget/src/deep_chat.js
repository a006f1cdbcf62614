// deep-chat made to fit: its settings, and what it leaves out for people who hear the page or use keys.

import { heardOnly } from "./messages.js";

/** Set everything that must be set before it renders. */
export function fitted(chat, texts) {
  // Without a font of its own it would ask Google for one.
  chat.style.fontFamily = "system-ui, sans-serif";
  // The person's words are shown as they are: no Markdown, no links, no HTML.
  window.remarkable_plugins = [{ plugin: (markdown) => (markdown.render = plainText) }];
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
  return chat;
}

/** Names, roles, the live region and our styles. deep-chat makes nodes anew, so this is called after each change. */
export function repaired(root, texts) {
  set(root.getElementById("messages"), { role: "log", "aria-live": "polite", "aria-label": texts.messages, tabindex: "0" });
  set(root.getElementById("text-input"), { "aria-label": texts.input });
  set(root.querySelector(".input-button"), { "aria-label": texts.send, title: texts.send, role: "button", tabindex: "0" });
  for (const dots of root.querySelectorAll(".loading-message-text")) set(dots, { role: "img", "aria-label": texts.thinking });
  for (const bubble of root.querySelectorAll(".user-message:not(:has(.heard-only))")) bubble.prepend(heardOnly(texts.you_said));
  if (root.getElementById("inside")) return;
  const style = document.createElement("link");
  style.id = "inside";
  style.rel = "stylesheet";
  style.href = "static/chat.css";
  root.append(style);
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
}

function plainText(text) {
  const holder = document.createElement("p");
  holder.textContent = text;
  return holder.outerHTML;
}
