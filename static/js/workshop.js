// Keeps in this browser what is typed in a form with data-draft, until the server says that it is
// saved (cookie "enregistre"). Optional: without it, the server keeps what was sent.
(() => {
  const OURS = ["csrfmiddlewaretoken", "envoi"];
  const saved = document.cookie.match(/(?:^|; )enregistre=([^;]*)/);
  const form = document.querySelector("form[data-draft]");
  const user = document.body.dataset.user;
  const keyOf = (path) => `brouillon ${user} ${path}`;
  const key = keyOf(location.pathname);
  const fields = () => [...new FormData(form)].filter(([name]) => !OURS.includes(name));
  const text = (list) => JSON.stringify(list.filter(([name]) => name !== "version"));
  document.querySelectorAll("ol.order").forEach(drag);
  document.addEventListener("input", count);
  try {
    if (saved) {
      localStorage.removeItem(keyOf(decodeURIComponent(saved[1])));
      document.cookie = "enregistre=; path=/; max-age=0; samesite=lax";
    }
    if (!form) return;
    const shown = text(fields());
    const draft = JSON.parse(localStorage.getItem(key));
    if (draft && text(draft.fields) !== shown) offer(draft);
    let timer;
    const keep = () =>
      text(fields()) === shown
        ? localStorage.removeItem(key)
        : localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: fields() }));
    // Also of who types without a pause.
    form.addEventListener("input", () => {
      timer ||= setTimeout(() => { timer = 0; keep(); }, 800);
    });
    form.addEventListener("submit", keep);
    addEventListener("pagehide", () => timer && keep());
  } catch { /* a browser that keeps nothing */ }

  // Rows move by the mouse; their numbers follow, and are saved by the button as when typed.
  function drag(list) {
    const ranks = () => [...list.querySelectorAll('input[name^="rank-"]')];
    const [first] = ranks().map((input) => +input.value);
    let row;
    if (!first) return;
    list.ondrop = (event) => event.preventDefault();
    for (const item of list.children) {
      item.draggable = true;
      item.ondragstart = (event) => { row = item; event.dataTransfer.setData("text", ""); };
      item.ondragend = () => (row = null);
      item.ondragover = (event) => {
        if (!row) return;
        event.preventDefault();
        const half = item.getBoundingClientRect().top + item.offsetHeight / 2;
        item[event.clientY < half ? "before" : "after"](row);
        ranks().forEach((input, index) => (input.value = first + index));
      };
    }
  }

  // Says how long a text is once it nears its bound.
  function count({ target }) {
    const limit = target.dataset.limit;
    if (!limit) return;
    const length = [...target.value].length;
    let said = target.nextElementSibling;
    if (said?.tagName !== "OUTPUT") target.after(said = document.createElement("output"));
    said.textContent = length > limit * 0.8 ? `${length} signes sur ${limit}` : "";
    said.className = length > limit ? "error" : "help";
  }

  function offer(draft) {
    const box = document.createElement("div");
    const at = new Date(draft.at).toLocaleString("fr", { dateStyle: "long", timeStyle: "short" });
    box.className = "warning";
    box.setAttribute("role", "status");
    box.innerHTML = "<p></p><p><button class=quiet>Le reprendre</button> <button class=quiet>Le jeter</button></p>";
    box.firstChild.textContent = `Un texte non enregistré, du ${at}, est resté dans ce navigateur.`;
    const [take, drop] = box.querySelectorAll("button");
    take.onclick = () => { restore(draft.fields); box.remove(); };
    drop.onclick = () => { localStorage.removeItem(key); box.remove(); };
    form.before(box);
  }

  // The version goes along: what a colleague saved meanwhile is then compared, not overwritten.
  function restore(list) {
    for (const input of form.elements) {
      if (!input.name || OURS.includes(input.name)) continue;
      const values = list.filter(([name]) => name === input.name).map(([, value]) => value);
      if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
      else if (values.length) input.value = values[0];
    }
  }
})();
