// Suggests communes from three letters on: the first answers of the page that the button asks.
// Optional: without it, the button does.
(() => {
  const SHOWN = 5;
  const form = document.querySelector("form.commune");
  const said = form.appendChild(document.createElement("p"));
  const list = form.appendChild(document.createElement("ul"));
  let timer, asked;
  said.className = "meta";
  said.setAttribute("role", "status");
  list.className = "answers";
  const show = (text, rows) => { said.textContent = text; list.replaceChildren(...rows); };
  form.q.oninput = () => {
    clearTimeout(timer);
    asked = form.q.value.trim();
    if (asked.length < 3) return show("", []);
    timer = setTimeout(suggest, 250, asked);
  };
  async function suggest(query) {
    try {
      const answer = await fetch(`${form.action}?q=${encodeURIComponent(query)}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const rows = [...page.querySelectorAll(".answers li")];
      if (query !== asked) return;
      const found = page.querySelector("main [role=status]");
      const more = rows.length > SHOWN && `Les ${SHOWN} premières ; écrivez-en plus, ou cherchez.`;
      show(more || found?.textContent || "", rows.slice(0, SHOWN));
    } catch { /* no network: the button asks */ }
  }
})();
