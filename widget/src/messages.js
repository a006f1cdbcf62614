// From a message of the server to the HTML of a bubble. All text goes in as text, never as HTML.

const LIST_LINE = /^- /;

/** The HTML of one of the guide's messages: a plain bubble or a care card, with its quick replies. */
export function messageHtml(message, texts) {
  const bubble = element("div", message.card ? `card card-${message.card}` : "plain");
  bubble.dataset.response = message.response;
  bubble.dataset.id = message.id;
  bubble.append(heardOnly(texts.guide_said));
  if (message.card) bubble.append(element("p", "card-title", texts[`card_${message.card}`]));
  for (const block of message.blocks) bubble.append(blockElement(block));
  if (message.image) {
    const image = element("img");
    image.src = message.image;
    image.alt = "";
    bubble.append(image);
  }
  if (message.response === "utter_summary") bubble.append(summaryButtons(texts));
  if (message.buttons.length) bubble.append(quickReplies(message.buttons, texts));
  return bubble.outerHTML;
}

/** Says whose message it is to those who cannot see its side and colour. */
export function heardOnly(words) {
  return element("span", "heard-only", `${words} `);
}

/** The HTML of a message that says what went wrong, with the numbers for an emergency and, if it can help, a way to try `again`. */
export function errorHtml(code, texts, again) {
  const bubble = element("div", "trouble");
  const known = texts[`error_${code}`] || texts.error_trouble;
  bubble.append(element("p", "", known), withLinks(element("p"), texts.error_urgent, texts.error_urgent_links));
  if (again) {
    const retry = element("button", "retry", texts.try_again);
    retry.type = "button";
    retry.dataset.again = again;
    bubble.append(retry);
  }
  return bubble.outerHTML;
}

/** What stays in view above the input: whom to call, each number with its place, and how to put it away. */
export function pinnedElement(messages, texts) {
  const pinned = element("section", "pinned");
  const title = messages.some(({ card }) => card === "emergency") ? texts.pinned : texts.pinned_crisis;
  pinned.setAttribute("aria-label", title);
  const done = element("button", "", texts.pinned_done);
  done.type = "button";
  const head = element("div", "head");
  head.append(element("p", "card-title", title), done);
  const calls = element("ul", "calls");
  for (const block of messages.flatMap(({ blocks }) => blocks)) {
    for (const line of linesToCall(block)) {
      const item = element("li");
      item.append(callLink(line, block.links));
      calls.append(item);
    }
  }
  pinned.append(head, calls);
  return { pinned, done };
}

// The list of numbers where a message has one, else its first line with a number.
function linesToCall({ text, links }) {
  const withNumber = text.split("\n").filter((line) => links.some((link) => line.includes(link.text)));
  const listed = withNumber.filter((line) => LIST_LINE.test(line));
  return listed.length ? listed : withNumber.slice(0, 1);
}

// "911 in the US and Canada": the number large, with its place below it.
function callLink(line, links) {
  const { text, to } = links.find((each) => line.includes(each.text));
  const link = linkElement("", to);
  link.append(element("strong", "", text));
  const place = LIST_LINE.test(line) ? line.split(text)[1].replace(/[.,]\s*$/, "").trim() : "";
  if (place) link.append(" ", element("small", "", place));
  return link;
}

function blockElement(block) {
  if (block.summary) {
    const folded = element("details");
    folded.append(element("summary", "", block.summary), ...lines(block));
    return folded;
  }
  const open = element("div", "block");
  open.append(...lines(block));
  return open;
}

function lines(block) {
  const made = [];
  let list = null;
  for (const line of block.text.split("\n").filter((each) => each.trim())) {
    if (!LIST_LINE.test(line)) {
      list = null;
      made.push(withLinks(element("p"), line, block.links));
      continue;
    }
    if (!list) {
      list = element("ul");
      made.push(list);
    }
    list.append(withLinks(element("li"), line.replace(LIST_LINE, ""), block.links));
  }
  return made;
}

/** Puts a line into an element, with its telephone numbers and addresses as links. */
export function withLinks(parent, line, links) {
  let rest = line;
  for (const { text, to } of links) {
    const at = rest.indexOf(text);
    if (at < 0) continue;
    parent.append(rest.slice(0, at), linkElement(text, to));
    rest = rest.slice(at + text.length);
  }
  parent.append(rest);
  return parent;
}

function linkElement(text, to) {
  const link = element("a", "", text);
  if (/^tel:[0-9+]+$/.test(to)) link.href = to;
  if (/^https:\/\//.test(to)) {
    link.href = to;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  return link;
}

function quickReplies(buttons, texts) {
  const group = element("div", "quick-replies");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", texts.quick_replies);
  for (const { title, payload, control } of buttons) {
    const button = element("button", control ? "control" : "", title);
    button.type = "button";
    button.dataset.payload = payload;
    group.append(button);
  }
  return group;
}

function summaryButtons(texts) {
  const group = element("div", "summary-buttons");
  for (const action of ["print", "save"]) {
    const button = element("button", "", texts[action]);
    button.type = "button";
    button.dataset.action = action;
    group.append(button);
  }
  return group;
}

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
