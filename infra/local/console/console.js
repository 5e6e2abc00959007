// What the console does with a custom widget, and no more. The names of the marks are CloudWatch's: `cwdb-action`,
// `cwdb-no-default-styles`. Where nobody could look how the real console behaves, a comment says what is assumed.

const byId = (id) => document.getElementById(id);
const UNIT_PIXELS = 45;
const TITLE_PIXELS = 36;
const UNITS_OF_A_ROW = 24;
const WITHOUT_VALUE = ["button", "submit", "reset", "image", "file"];
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

async function post(path, body) {
  const token = document.querySelector("meta[name=console-token]").content;
  const headers = { "Content-Type": "application/json", "X-Console-Token": token };
  try {
    return await (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  } catch {
    return { error: "The local console does not answer. Is `make run` still running?" };
  }
}

// ---- Without scripts ----------------------------------------------------------------------------------------------
// The page's Content-Security-Policy runs no script of a widget even where this misses one.

const REMOVED = "script, iframe, frame, frameset, object, embed, base, meta, link, template";

function withoutScripts(html) {
  // In a template nothing runs and nothing is loaded.
  const { content } = Object.assign(document.createElement("template"), { innerHTML: html });
  for (const element of content.querySelectorAll(REMOVED)) element.remove();
  for (const element of content.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (name.startsWith("on") || name === "srcdoc" || isScript(value)) element.removeAttribute(name);
    }
  }
  return content;
}

function isScript(url) {
  return URL.canParse(url) && new URL(url).protocol === "javascript:";
}

// ---- One place that shows what a function returned ----------------------------------------------------------------

class Content {
  // The styles of a widget end at its shadow root. Whether they do in the real console is unknown, so a widget that
  // needs nothing from outside looks the same in both.
  constructor(element, widget) {
    this.widget = widget;
    this.root = element.attachShadow({ mode: "open" });
    const styles = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/console.css" });
    this.shown = document.createElement("div");
    this.root.append(styles, this.shown);
    this.root.addEventListener("submit", (event) => event.preventDefault());
  }

  show(answer) {
    const { error, result } = answer;
    if (error !== undefined) this.showText(error, "error", "alert");
    else if (typeof result === "string") this.showHtml(result);
    else if (typeof result?.markdown === "string") this.showText(result.markdown, "text");
    else this.showText(JSON.stringify(result, null, 2), "text");
  }

  // Markdown too: this host does not format it.
  showText(text, className, role) {
    const element = Object.assign(document.createElement("pre"), { className, textContent: text });
    if (role) element.setAttribute("role", role);
    this.shown.className = "";
    this.shown.replaceChildren(element);
  }

  showHtml(html) {
    this.shown.replaceChildren(withoutScripts(html));
    this.shown.className = this.shown.querySelector(".cwdb-no-default-styles") ? "" : "default-styles";
    const actions = [...this.shown.querySelectorAll("cwdb-action")];
    for (const action of actions.filter((each) => !each.parentElement.closest("cwdb-action"))) this.connect(action);
  }

  // Gives behavior to the element right before.
  connect(action) {
    const element = action.previousElementSibling;
    const kind = action.getAttribute("action") ?? "html";
    const event = action.getAttribute("event") ?? "click";
    const content = kind === "html" ? action.innerHTML : action.textContent;
    action.replaceChildren();
    if (!element || !["call", "html"].includes(kind)) return;
    if (!["click", "dblclick"].includes(event) && !(event === "mouseenter" && kind === "html")) return;
    // Whether the real console ignores a second click while a call runs is unknown. This one does not: the function
    // has to be safe by itself.
    element.addEventListener(event, () => this.perform(action, kind, content));
  }

  async perform(action, kind, content) {
    const question = action.getAttribute("confirmation");
    if (question && !(await confirmed(question))) return;
    const isPopup = action.getAttribute("display") === "popup";
    const answer = kind === "html" ? { result: content } : await this.call(action, content);
    if (isPopup) showPopup(this.widget, answer);
    else this.widget.showAnswer(answer);
  }

  call(action, content) {
    let parameters;
    try {
      parameters = JSON.parse(content.trim() || "{}");
    } catch {
      return { error: "The content of a cwdb-action is not JSON." };
    }
    return this.widget.call({ endpoint: action.getAttribute("endpoint"), parameters });
  }

  // By name. Of a checkbox and a radio button, only the checked one; of two checked boxes with one name, the last:
  // what the real console does with them is unknown. Nor is it known whether it sends fields outside of a form, so
  // they are left out.
  fields() {
    const fields = [...this.shown.querySelectorAll("input, select, textarea")].filter(
      ({ name, form, disabled, type }) => name && form && !disabled && !WITHOUT_VALUE.includes(type),
    );
    const sent = fields.filter(({ type, checked }) => checked || !["checkbox", "radio"].includes(type));
    return Object.fromEntries(sent.map(({ name, value }) => [name, value]));
  }
}

// ---- A widget -----------------------------------------------------------------------------------------------------

class Widget {
  constructor(settings) {
    this.settings = settings;
    this.running = 0;
    this.popups = new Set();
    this.section = byId("widget").content.cloneNode(true).firstElementChild;
    this.section.id = settings.id;
    this.section.querySelector("h2").textContent = settings.title;
    this.section.querySelector(".describe").addEventListener("click", () => this.describe());
    this.box = this.section.querySelector(".content");
    this.content = new Content(this.box, this);
    byId("widgets").append(this.section);
    this.resize();
  }

  resize() {
    const units = Math.min(this.settings.width, Number(byId("width").value));
    this.section.style.width = `${(100 * units) / UNITS_OF_A_ROW}%`;
    this.box.style.height = `${this.settings.height * UNIT_PIXELS - TITLE_PIXELS}px`;
  }

  // Shows the widget as it is configured, whatever it showed before. That the real console does so too, also where a
  // button has replaced the content, is assumed.
  async refresh() {
    this.showAnswer(await this.call({ parameters: this.settings.params }));
  }

  async describe() {
    const { error, result } = await this.call({ describe: true });
    showPopup(this, { error, result: typeof result === "string" ? { markdown: result } : result });
  }

  // The content stays until the answer is there.
  async call(request) {
    this.status(1);
    const answer = await post("/call", { widget: this.settings.id, shown: this.shown(), ...request });
    this.status(-1);
    return answer;
  }

  status(change) {
    this.running += change;
    this.section.setAttribute("aria-busy", String(this.running > 0));
    this.section.querySelector(".status").textContent = this.running > 0 ? "Loading…" : "";
  }

  // Closes the popups: their buttons may have replaced the content. Assumed of the real console, too.
  showAnswer(answer) {
    for (const popup of this.popups) popup.dialog.close();
    this.content.show(answer);
  }

  // What the function gets to know of the browser.
  shown() {
    const offset = -new Date().getTimezoneOffset();
    const end = Date.now();
    const style = getComputedStyle(this.box);
    const contents = [this.content, ...[...this.popups].map(({ content }) => content)];
    return {
      forms: Object.assign({}, ...contents.map((content) => content.fields())),
      locale: navigator.language.split("-")[0],
      timezone: { label: offset ? "Local" : "UTC", offsetISO: isoOffset(offset), offsetInMinutes: offset },
      timeRange: { mode: "relative", start: end - DAY_MILLISECONDS, end, relativeStart: DAY_MILLISECONDS },
      theme: byId("theme").value,
      width: Math.round(this.box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)),
      height: Math.round(this.box.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)),
    };
  }
}

function isoOffset(minutes) {
  const parts = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return (minutes < 0 ? "-" : "+") + parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function confirmed(question) {
  const dialog = byId("confirmation");
  byId("question").textContent = question;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"), { once: true });
  });
}

function showPopup(widget, answer) {
  const dialog = byId("popup").content.cloneNode(true).firstElementChild;
  const popup = { dialog, content: new Content(dialog.querySelector(".content"), widget) };
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    widget.popups.delete(popup);
    dialog.remove();
  });
  widget.popups.add(popup);
  widget.section.append(dialog);
  popup.content.show(answer);
  dialog.showModal();
}

// ---- The page -----------------------------------------------------------------------------------------------------

const dashboard = await post("/dashboard", {});
if (dashboard.error) byId("widgets").textContent = dashboard.error;
const widgets = (dashboard.widgets ?? []).map((settings) => new Widget(settings));
const refresh = () => widgets.forEach((widget) => widget.refresh());
if (dashboard.name) byId("name").textContent = document.title = dashboard.name;

let timer;
byId("refresh").addEventListener("click", refresh);
byId("auto-refresh").addEventListener("change", ({ target }) => {
  clearInterval(timer);
  if (target.value !== "0") timer = setInterval(refresh, Number(target.value) * 1000);
});
// The real console loads the page again for another theme.
byId("theme").addEventListener("change", ({ target }) => {
  document.documentElement.dataset.theme = target.value;
  refresh();
});
byId("width").addEventListener("change", () => {
  for (const widget of widgets) {
    widget.resize();
    if (widget.settings.update_on_resize) widget.refresh();
  }
});
refresh();
