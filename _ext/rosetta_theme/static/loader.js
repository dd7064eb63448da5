// Mounts every anywidget of the page from the state in the page, with no kernel.
// A widget is <div class="rc-widget" data-model="id"> around its static version, which gives way once the live
// one is drawn. Modules come as text in window.rcModules and are imported through a Blob: a page opened
// from a file may not import a file.
(function () {
  "use strict";

  /** The part of the anywidget model that needs no kernel: get, set, save_changes, on, off. */
  class Model {
    constructor(state) { this.state = state; this.listeners = new Map(); }
    get(name) { return this.state[name]; }
    set(name, value) {
      if (typeof name === "object") { for (const key of Object.keys(name)) this.set(key, name[key]); return; }
      if (Object.is(this.state[name], value)) return;
      this.state[name] = value;
      this.emit(`change:${name}`, value);
      this.emit("change", value);
    }
    save_changes() {} // nobody on the other side
    on(event, listener) {
      if (!this.listeners.has(event)) this.listeners.set(event, new Set());
      this.listeners.get(event).add(listener);
    }
    off(event, listener) {
      if (event === undefined || event === null) this.listeners.clear();
      else if (listener) this.listeners.get(event)?.delete(listener);
      else this.listeners.delete(event);
    }
    emit(event, value) { for (const listener of [...(this.listeners.get(event) ?? [])]) listener(this, value); }
  }

  const states = JSON.parse(document.getElementById("widget-state").textContent);
  const definitions = new Map(), models = new Map();

  async function definition(key) {
    const source = new Blob([window.rcModules[key]], { type: "text/javascript" });
    const module = await import(URL.createObjectURL(source));
    return typeof module.default === "function" ? module.default() : module.default;
  }

  async function ready(id) {
    const model = new Model(states[id]), key = model.get("_esm");
    if (!definitions.has(key)) definitions.set(key, definition(key));
    const widget = await definitions.get(key);
    await widget.initialize?.({ model });
    return { model, widget };
  }

  async function mount(place) {
    const id = place.dataset.model;
    const fixed = [...place.children], el = document.createElement("div");
    el.className = "rc-live-widget";
    try {
      if (!models.has(id)) models.set(id, ready(id));
      const { model, widget } = await models.get(id);
      place.append(el);
      await widget.render({ model, el });
      for (const part of fixed) part.hidden = true;
      place.dataset.mounted = "yes";
    } catch (error) {
      el.remove();
      place.dataset.mounted = "failed";
      const note = document.createElement("p");
      note.className = "rc-failed";
      note.textContent = "The live version could not start in this browser; the picture above is its result.";
      place.append(note);
      console.error(error);
    }
  }

  // What is in sight first, the rest when the browser has time.
  const waiting = new Set(document.querySelectorAll(".rc-widget"));
  const start = (place) => { if (waiting.delete(place)) { observer.unobserve(place); return mount(place); } };
  const observer = new IntersectionObserver(
    (entries) => entries.forEach((entry) => { if (entry.isIntersecting) start(entry.target); }),
    { rootMargin: "600px" },
  );
  waiting.forEach((place) => observer.observe(place));
  // With a deadline: a page that paints nothing may never be called idle.
  const whenIdle = (work) =>
    window.requestIdleCallback ? requestIdleCallback(work, { timeout: 50 }) : setTimeout(work, 200);
  const next = () => {
    const [place] = waiting;
    if (place) start(place).then(() => whenIdle(next));
  };
  addEventListener("load", () => whenIdle(next));
})();
