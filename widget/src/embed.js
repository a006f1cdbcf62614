// The one script tag of a host site. It adds a button that opens the chat in a frame of the guide's own origin, or, with
// data-in="#place", shows the chat in that element. It needs nothing of the host page and changes nothing in it.
(() => {
  const texts = {{all}};
  const script = document.currentScript;
  if (!script) {
    console.error("The nose twitch guide: put its script tag in without type=module.");
    return;
  }
  const base = new URL(".", script.src);
  const place = script.dataset.in;
  const KEY = "nose-twitch-guide";
  const READY_WITHIN = 15_000;
  // Of two script tags on one page, say a button and a place, both show the same talk.
  const shared = (window[Symbol.for(KEY)] ??= { talk: null, owned: null, button: false });
  // In the tab's own storage: on a shared computer the talk ends with the tab.
  const store = storage();
  let frame = null;

  const ownTalk = () => (shared.owned ??= findTalk());

  // A duplicated tab comes with a copy of the first one's storage; the two must not share a talk.
  async function findTalk() {
    const stored = store.get();
    if (stored && !(await taken(stored))) shared.talk = stored;
    else newTalk();
    answerOtherTabs();
  }

  function taken(asked) {
    return new Promise((resolve) => {
      const ask = channel();
      if (!ask) return resolve(false);
      const done = (answer) => {
        ask.close();
        resolve(answer);
      };
      ask.onmessage = ({ data }) => data.taken === asked && done(true);
      ask.postMessage({ ask: asked });
      setTimeout(() => done(false), 100);
    });
  }

  function answerOtherTabs() {
    const tabs = channel();
    if (!tabs) return;
    tabs.onmessage = ({ data }) => {
      if (data.ask && data.ask === shared.talk) tabs.postMessage({ taken: shared.talk });
    };
  }

  function channel() {
    try {
      return new BroadcastChannel(KEY);
    } catch {
      return null; // blocked with the storage, in some browsers
    }
  }

  function newTalk() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    shared.talk = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    store.set(shared.talk);
  }

  function makeFrame(closable) {
    const made = document.createElement("iframe");
    made.title = texts.title;
    made.src = `${new URL("chat", base)}${closable ? "?close" : ""}#talk=${shared.talk}`;
    made.style.cssText = "display:block;width:100%;height:100%;border:0;color-scheme:normal";
    // A frame whose page never came shows the browser's own error, or nothing.
    setTimeout(() => {
      if (made.dataset.ready || !made.isConnected) return;
      const words = document.createElement("p");
      words.setAttribute("role", "alert");
      words.style.cssText = "padding:1rem;font:1rem/1.5 system-ui,sans-serif";
      words.textContent = `${texts.error_offline} ${texts.error_urgent}`;
      made.before(words);
    }, READY_WITHIN);
    return made;
  }

  function heard(onClose) {
    window.addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
      if (event.data.noseTwitchGuide === "ready") {
        frame.dataset.ready = "yes";
        if (onClose && document.activeElement?.shadowRoot?.activeElement === frame) frame.contentWindow.focus();
      }
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
    const element = document.querySelector(place);
    if (!element) {
      console.error(`The nose twitch guide: nothing on this page is ${place}, which data-in names.`);
      return;
    }
    await ownTalk();
    frame = makeFrame(false);
    element.append(frame);
    heard(null);
  }

  function asButton() {
    if (shared.button) return;
    shared.button = true;
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
    let opening = null; // a double click opens one
    const open = async () => {
      await ownTalk();
      frame = makeFrame(true);
      panel.append(frame);
    };
    button.addEventListener("click", async () => {
      await (opening ??= open());
      show(true);
    });
    root.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
    heard(() => show(false));
  }

  function storage() {
    try {
      const session = window.sessionStorage;
      const stored = session.getItem(KEY);
      return {
        get: () => (/^[0-9a-f]{32}$/.test(stored ?? "") ? stored : null),
        set: (value) => {
          try {
            session.setItem(KEY, value);
          } catch {
            // full: the talk ends with the page
          }
        },
      };
    } catch {
      return { get: () => null, set: () => {} }; // no storage here: the talk ends with the page
    }
  }

  const STYLES = `
    :host { all: initial !important; display: block !important; }
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
