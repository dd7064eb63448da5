// What the page itself does: colours, contents on a phone, copying of code, reach of scroll areas, print.
(function () {
  "use strict";
  const root = document.documentElement;

  function themeButton(button) {
    const show = () => button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
    button.addEventListener("click", () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* kept for this page only */ }
      show();
    });
    show();
  }

  function contentsButton(button) {
    const contents = document.getElementById(button.getAttribute("aria-controls"));
    const open = (yes) => {
      button.setAttribute("aria-expanded", String(yes));
      contents.classList.toggle("open", yes);
    };
    button.addEventListener("click", () => open(!contents.classList.contains("open")));
    contents.addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && contents.classList.contains("open")) { open(false); button.focus(); }
    });
  }

  // An area that scrolls sideways can be reached and named by the keyboard; one that fits is no tab stop.
  function scrollAreas() {
    const areas = document.querySelectorAll(".scroll-area, .rc-figure, .highlight pre, .cell_output pre");
    const look = (area) => {
      const scrolls = area.scrollWidth > area.clientWidth;
      if (scrolls) {
        area.tabIndex = 0;
        area.setAttribute("role", "group");
        area.setAttribute("aria-label", area.dataset.label || (area.matches(".rc-figure") ? "Figure" : "Code"));
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) area.removeAttribute(name);
      }
    };
    const observer = new ResizeObserver((entries) => entries.forEach((entry) => look(entry.target)));
    areas.forEach((area) => observer.observe(area)); // reports once at the start, too
    document.fonts.ready.then(() => areas.forEach(look)); // formulas grow when their fonts arrive
  }

  function copyButtons() {
    if (!navigator.clipboard) return; // not on a page without a secure context: no dead button
    for (const block of document.querySelectorAll("main .highlight:not(.cell_output *)")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy-button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent.trimEnd());
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      block.append(button);
    }
  }

  // Paper is light, whatever the screen is.
  function printLight() {
    let theme;
    matchMedia("print").addEventListener("change", (event) => {
      if (event.matches) { theme = root.dataset.theme; root.dataset.theme = "light"; }
      else if (theme) root.dataset.theme = theme;
    });
  }

  document.querySelectorAll(".theme-button").forEach(themeButton);
  document.querySelectorAll(".contents-button").forEach(contentsButton);
  scrollAreas();
  copyButtons();
  printLight();
})();
