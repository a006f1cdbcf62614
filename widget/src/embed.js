// The one script tag of a host site. It adds a button that opens the chat in a frame of the guide's own origin, or, with
// data-in="#place", shows the chat in that element. It needs nothing of the host page and changes nothing in it.
(() => {
  const texts = {{all}};
  const script = document.currentScript;
  const base = new URL(".", script.src);
  const place = script.dataset.in;
  const KEY = "nose-twitch-guide";
  // In the tab's own storage: on a shared computer the talk ends with the tab.
  const store = storage();
  let talk = store.get();
  let frame = null;

  const tabs = "BroadcastChannel" in window ? new BroadcastChannel(KEY) : null;
  if (tabs) {
    tabs.onmessage = ({ data }) => {
      if (data.ask && data.ask === talk) tabs.postMessage({ taken: talk });
    };
  }

  // A duplicated tab comes with a copy of the first one's storage; the two must not share a talk.
  async function ownTalk() {
    if (talk && tabs && (await taken(talk))) talk = null;
    if (!talk) newTalk();
  }

  function taken(asked) {
    return new Promise((resolve) => {
      const ask = new BroadcastChannel(KEY);
      const done = (answer) => {
        ask.close();
        resolve(answer);
      };
      ask.onmessage = ({ data }) => data.taken === asked && done(true);
      talk = null; // not to answer oneself
      ask.postMessage({ ask: asked });
      setTimeout(() => done(false), 100);
    }).then((answer) => {
      talk = answer ? null : asked;
      return answer;
    });
  }

  function newTalk() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    talk = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    store.set(talk);
  }

  function makeFrame(closable) {
    const made = document.createElement("iframe");
    made.title = texts.title;
    made.src = `${new URL("chat", base)}${closable ? "?close" : ""}#talk=${talk}`;
    made.style.cssText = "display:block;width:100%;height:100%;border:0;color-scheme:normal";
    return made;
  }

  function heard(onClose) {
    window.addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
      if (event.data.noseTwitchGuide === "close") onClose?.();
      if (event.data.noseTwitchGuide === "new") {
        newTalk();
        const next = makeFrame(Boolean(onClose));
        frame.replaceWith(next);
        frame = next;
      }
    });
  }

  async function inPlace() {
    await ownTalk();
    frame = makeFrame(false);
    document.querySelector(place).append(frame);
    heard(null);
  }

  function asButton() {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    const styles = new CSSStyleSheet(); // allowed by any host's CSP, unlike a style element
    styles.replaceSync(STYLES);
    root.adoptedStyleSheets = [styles];
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = texts.open_chat;
    button.setAttribute("aria-expanded", "false");
    const panel = document.createElement("div");
    panel.hidden = true;
    root.append(button, panel);
    document.body.append(host);
    const show = (open) => {
      panel.hidden = !open;
      button.hidden = open;
      button.setAttribute("aria-expanded", String(open));
      if (open) frame.focus();
      else button.focus();
    };
    button.addEventListener("click", async () => {
      if (!frame) {
        await ownTalk();
        frame = makeFrame(true);
        panel.append(frame);
      }
      show(true);
    });
    heard(() => show(false));
  }

  function storage() {
    try {
      const session = window.sessionStorage;
      const stored = session.getItem(KEY);
      return {
        get: () => (/^[0-9a-f]{32}$/.test(stored ?? "") ? stored : null),
        set: (value) => session.setItem(KEY, value),
      };
    } catch {
      return { get: () => null, set: () => {} }; // no storage here: the talk ends with the page
    }
  }

  const STYLES = `
    button { all: initial; position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; cursor: pointer;
      font: 600 1rem/1.2 system-ui, sans-serif; padding: 0.9rem 1.2rem; border-radius: 2rem; color: #fff;
      background: #0b5c55; box-shadow: 0 2px 10px rgb(0 0 0 / 30%); }
    button:hover { background: #084842; }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #0b5c55; }
    button[hidden], div[hidden] { display: none; }
    div { position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; width: 25rem; height: 42rem;
      max-width: calc(100vw - 2rem); max-height: calc(100dvh - 2rem); overflow: hidden; border-radius: 1rem;
      background: Canvas; box-shadow: 0 4px 24px rgb(0 0 0 / 35%); }
    @media (max-width: 30rem), (max-height: 30rem) {
      div { inset: 0; width: 100vw; height: 100dvh; max-width: none; max-height: none; border-radius: 0; }
    }`;

  const begin = place ? inPlace : asButton;
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
