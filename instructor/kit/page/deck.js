// Starts the deck. Slides fill the window without being scaled: a scaled plot would read the pointer in the wrong place.
(function () {
  "use strict";
  const query = new URLSearchParams(location.search);
  const printed = query.has("print-pdf");
  const phone = matchMedia("(max-width: 700px)");

  // Paper is light and holds still: an exploration is printed as its picture.
  if (printed) {
    document.documentElement.dataset.theme = "light";
    for (const place of document.querySelectorAll(".rc-widget")) place.classList.replace("rc-widget", "rc-printed");
  }

  // Every section is a slide to reveal.js. An exploration makes a section too; here it gets another element.
  const make = document.createElement.bind(document);
  document.createElement = (tag, options) => make(tag === "section" ? "div" : tag, options);

  Reveal.initialize({
    width: printed ? 1280 : "100%",
    height: printed ? 720 : "100%",
    margin: 0,
    minScale: 1,
    maxScale: 1,
    center: false,
    hash: true,
    transition: "none",
    backgroundTransition: "none",
    slideNumber: "c/t",
    controlsTutorial: false,
    scrollActivationWidth: null,
    touch: !phone.matches, // a phone scrolls a long slide with the finger and steps with the arrows
    pdfMaxPagesPerSlide: 1,
    showNotes: query.has("with-notes") ? "separate-page" : false,
    plugins: [RevealNotes],
  });

  // In a lecture the question is the poll's: an exploration is open as soon as it runs.
  function open(place) {
    const box = place.querySelector(".rc-live-widget > .rc-explorer");
    if (!box) return;
    box.setAttribute("role", "region");
    box.classList.remove("rc-closed");
    box.querySelector(".rc-views").inert = false;
    box.querySelector("fieldset.rc-controls").disabled = false;
    fit();
  }

  // As wide as leaves all of it in the window; the plots follow the width a frame later, so it is tried frame by frame.
  let trying = 0;
  function fit() {
    cancelAnimationFrame(trying);
    const slide = Reveal.getCurrentSlide();
    const place = slide && slide.querySelector(".rc-widget");
    if (!place || phone.matches) return;
    let share = 100;
    const narrower = () => {
      place.style.maxWidth = `${share}%`;
      trying = requestAnimationFrame(() => requestAnimationFrame(() => {
        if (slide.scrollHeight <= slide.clientHeight || share <= 50) return;
        share -= 3;
        narrower();
      }));
    };
    narrower();
  }
  Reveal.on("ready", fit);
  Reveal.on("slidechanged", fit);
  Reveal.on("resize", fit);

  new MutationObserver((changes) => {
    for (const { target } of changes) if (target.dataset.mounted === "yes") open(target);
  }).observe(document.querySelector(".slides"), { subtree: true, attributes: true, attributeFilter: ["data-mounted"] });

  // Keys pressed in an exploration are its own; Escape gives them back to the deck.
  for (const place of document.querySelectorAll(".rc-widget")) {
    place.dataset.preventSwipe = "";
    place.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") document.activeElement.blur();
    });
  }

  Reveal.addKeyBinding({ keyCode: 84, key: "T", description: "Light or dark" }, () =>
    document.querySelector(".theme-button").click());
})();
