/* Each function gives what is wrong on the page, as sentences that quote the element. */
const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";

/* An element without a box of its own shows through its children, and no key may reach it. */
function isSeen(e) {
  return e.checkVisibility() || [...e.children].some(isSeen);
}

function stops() {
  return [...document.querySelectorAll(FOCUSABLE)].filter(
    (e) => e.tabIndex >= 0 && !e.disabled && isSeen(e));
}

function quoted(e) {
  return e.outerHTML.slice(0, 110);
}

function unseenFocus() {
  const found = [];
  for (const e of stops()) {
    e.focus();
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (document.activeElement !== e) found.push("takes no focus: " + quoted(e));
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
      found.push("has no outline: " + quoted(e));
    if (box.bottom < 0 || box.right < 0 || box.left > innerWidth || box.top > innerHeight)
      found.push("is out of the window: " + quoted(e));
  }
  return found;
}

/* In one column only: beside another, the first stop of the next one stands higher up. */
function backwardFocus() {
  const found = [];
  let last = null;
  for (const e of stops().filter((e) => !e.matches(".skip"))) {
    const box = e.getBoundingClientRect();
    if (last && box.bottom <= last.top + 1) found.push("stands above the last stop: " + quoted(e));
    if (e.tabIndex > 0) found.push("has an order of its own: " + quoted(e));
    last = box;
  }
  return found;
}

/* Wider than the window, which a person would have to push sideways to read a line. */
function sideways() {
  const width = document.documentElement.scrollWidth;
  if (width <= innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter(
    (e) => e.getBoundingClientRect().right > innerWidth + 1);
  return [`${width} pixels: ${wide.map(quoted).pop()}`];
}

/* Text that its box hides, or that runs out of a box of its own. Rounding takes two pixels. */
function clipped() {
  const found = [];
  for (const e of document.querySelectorAll("body *:not(script, option, select, textarea, input)")) {
    const style = getComputedStyle(e);
    if (e.closest("svg") || style.clipPath !== "none" || style.display === "inline") continue;
    if (!e.textContent.trim() || !e.checkVisibility() || !e.clientWidth) continue;
    const spills = e.scrollWidth > e.clientWidth + 2;
    const hides = style.overflow !== "visible" && (spills || e.scrollHeight > e.clientHeight + 2);
    if (hides || (spills && !e.querySelector("*"))) found.push(quoted(e));
  }
  return found;
}

function asItIs() {
  return [...sideways(), ...clipped()];
}

/* Letters of twice their size. */
function enlarged() {
  document.documentElement.style.fontSize = "200%";
  const found = asItIs();
  document.documentElement.style.fontSize = "";
  return found;
}

/* The distances between lines, letters, words and paragraphs of WCAG 1.4.12. */
function spacedOut() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important;"
    + " word-spacing: .16em !important } p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets = [sheet];
  const found = asItIs();
  document.adoptedStyleSheets = [];
  return found;
}
