// What pages do beyond their HTML. Everything here is optional: without it, forms ask the server and links lead on.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- colours -----------------------------------------------------------------------------------------------------
function colours() {
  const box = document.querySelector(".theme");
  if (!box) return;
  const root = document.documentElement;
  const buttons = all("button", box);
  const show = () => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.choose === (root.dataset.theme ?? ""))));
  buttons.forEach((button) => button.addEventListener("click", () => {
    if (button.dataset.choose) root.dataset.theme = button.dataset.choose;
    else delete root.dataset.theme;
    try { localStorage.setItem("glutkg-theme", button.dataset.choose); } catch { /* for this page only */ }
    show();
  }));
  box.hidden = false;
  show();
}

// --- copying -----------------------------------------------------------------------------------------------------
function copying() {
  if (!navigator.clipboard) return;
  for (const button of all("[data-copy]")) {
    button.hidden = false;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = words; }, 1600);
    });
  }
}

// --- rows that open ----------------------------------------------------------------------------------------------
function opening() {
  const open = () => {
    const row = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row) return;
    for (let at = row.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const details = row.querySelector(":scope > details");
    if (details) details.open = true;
    row.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
}

// --- the section that is being read ------------------------------------------------------------------------------
function reading() {
  const links = new Map(all(".rail a").map((link) => [link.hash.slice(1), link]));
  if (!links.size) return;
  const mark = () => {
    let found = null;
    for (const id of links.keys()) {
      const section = document.getElementById(id);
      if (section && section.getBoundingClientRect().top < 160) found = id;
    }
    const current = found ?? links.keys().next().value;
    for (const [id, link] of links) id === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}

// --- facets ------------------------------------------------------------------------------------------------------
// A form of facets stands before lists or tables whose rows say in data-NAME what they are; several values have a bar after each.
function narrowing() {
  for (const form of all("form[data-narrows]")) {
    const fold = form.parentElement;
    const scope = fold.parentElement;
    if (matchMedia("(max-width: 600px)").matches) fold.open = false;
    const rows = all("[data-row], .claims > li", scope);
    const selects = all("select", form);
    if (!rows.length || Number(form.querySelector(".n").textContent.split(" of ")[0]) !== rows.length) continue;
    const total = rows.length;
    if (form.querySelector(".n").textContent !== `${total} of ${total}`) continue;
    const values = (row, name) => (row.getAttribute(`data-${name}`) ?? "").split("|").filter(Boolean);
    const apply = () => {
      const asked = selects.filter((one) => one.value);
      const left = (row, without) => asked.every((one) => one.name === without || values(row, one.name).includes(one.value));
      let shown = 0;
      for (const row of rows) { row.hidden = !left(row); shown += row.hidden ? 0 : 1; }
      for (const select of selects) {
        const near = rows.filter((row) => left(row, select.name));
        for (const option of select.options) {
          if (!option.value) continue;
          const count = near.filter((row) => values(row, select.name).includes(option.value)).length;
          option.textContent = `${option.value} (${count})`;
        }
      }
      for (const group of all(".group", scope)) {
        const count = all(".claims > li, [data-row]", group).filter((row) => !row.hidden).length;
        group.hidden = !count;
        const number = group.querySelector("h3 span");
        if (number) number.textContent = count;
      }
      form.querySelector(".n").textContent = `${shown} of ${total}`;
      fold.querySelector("summary").textContent = `Narrow: ${shown} of ${total}`;
      const query = new URLSearchParams(location.search);
      for (const select of selects) select.value ? query.set(select.name, select.value) : query.delete(select.name);
      history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
    };
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
    const query = new URLSearchParams(location.search);
    for (const select of selects) if (query.has(select.name)) select.value = query.get(select.name);
    if (selects.some((one) => one.value)) apply();
  }
}

// --- search with completion (the combobox of the ARIA practices) ---------------------------------------------------
const greek = { α: "alpha", β: "beta", γ: "gamma", δ: "delta", κ: "kappa", μ: "mu" };
const folded = (text) => text.toLowerCase().replace(/[αβγδκμ]/g, (one) => greek[one]).replace(/[\s_\-‐-―]+/g, "");
let names;
async function known(place) {
  names ??= fetch(place).then((answer) => (answer.ok ? answer.json() : [])).catch(() => []);
  return names;
}

function rank(entry, wanted) {
  const found = [entry.label, ...entry.also].map((name) => [name, folded(name)]);
  let best = null;
  for (const [name, text] of found) {
    const at = text.indexOf(wanted);
    if (at < 0) continue;
    const weight = (text === wanted ? 0 : at === 0 ? 1 : 2) + (name === entry.label ? 0 : 0.5) + text.length / 1000;
    if (!best || weight < best.weight) best = { weight, name };
  }
  return best;
}

function searching() {
  for (const input of all("input[data-names]")) {
    const form = input.form;
    const list = Object.assign(document.createElement("ul"), { className: "offers", id: `${input.id}-offers`, hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Matches");
    input.after(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
    let at = -1;
    const base = input.dataset.names.replace(/names\.json$/, "");
    const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const choose = (index) => {
      at = index;
      [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
      if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    };
    const show = async () => {
      const wanted = folded(input.value);
      if (!wanted) return close();
      const every = await known(input.dataset.names);
      const best = every.map((entry) => [entry, rank(entry, wanted)]).filter(([, found]) => found)
        .sort((one, other) => Math.floor(one[1].weight) - Math.floor(other[1].weight) || other[0].claims - one[0].claims || one[1].weight - other[1].weight)
        .slice(0, 8);
      list.replaceChildren(...best.map(([entry, found], number) => {
        const item = Object.assign(document.createElement("li"), { id: `${list.id}-${number}` });
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const small = document.createElement("small");
        const via = found.name === entry.label ? "" : ` · via ${found.name}`;
        const claims = entry.claims ? ` · ${entry.claims} ${entry.claims === 1 ? "claim" : "claims"}` : "";
        small.textContent = ` ${entry.kind}${via}${claims}`;
        item.append(entry.label, small);
        item.dataset.place = base + entry.path;
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); location.href = item.dataset.place; });
        return item;
      }));
      at = -1;
      list.hidden = !best.length;
      input.setAttribute("aria-expanded", String(!!best.length));
    };
    input.addEventListener("input", show);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      const count = list.hidden ? 0 : list.children.length;
      if (event.key === "Escape") close();
      else if (event.key === "ArrowDown" && count) { event.preventDefault(); choose((at + 1) % count); }
      else if (event.key === "ArrowUp" && count) { event.preventDefault(); choose((at + count - 1) % count); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); location.href = list.children[at].dataset.place; }
    });
    form?.addEventListener("submit", (event) => { if (!input.value.trim()) event.preventDefault(); });
  }
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "") || document.activeElement?.isContentEditable;
    const input = document.querySelector("input[data-names]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && input) { event.preventDefault(); input.focus(); }
  });
}

// --- the page of matches, where no server finds them ------------------------------------------------------------------
async function finding() {
  const list = document.querySelector("[data-finds]");
  const words = new URLSearchParams(location.search).get("q")?.trim();
  if (!list || !words) return;
  for (const input of all("input[name=q]")) input.value = words;
  document.querySelector("h1").textContent = words;
  const base = list.dataset.finds.replace(/names\.json$/, "");
  const every = await known(list.dataset.finds);
  const found = every.map((entry) => [entry, rank(entry, folded(words))]).filter(([, one]) => one).sort((one, other) => one[1].weight - other[1].weight);
  list.replaceChildren(...found.slice(0, 40).map(([entry]) => {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: base + entry.path, textContent: entry.label });
    const kind = Object.assign(document.createElement("span"), { className: "quiet", textContent: `${entry.kind}${entry.claims ? ` · ${entry.claims} claims` : ""}` });
    item.append(link, kind);
    return item;
  }));
  if (!found.length) list.append(Object.assign(document.createElement("li"), { textContent: "Nothing goes by these words." }));
}

// --- sorting -----------------------------------------------------------------------------------------------------
function sorting() {
  for (const table of all("table[data-sorts]")) {
    const heads = all("thead th", table);
    heads.forEach((head, column) => head.querySelector("a")?.addEventListener("click", (event) => {
      event.preventDefault();
      const down = head.getAttribute("aria-sort") === "ascending";
      const text = (body) => body.rows[0].cells[column]?.textContent.trim() ?? "";
      const compare = (one, other) => (Number(text(one)) - Number(text(other))) || text(one).localeCompare(text(other), "en", { numeric: true });
      const bodies = [...table.tBodies].sort((one, other) => (down ? -1 : 1) * compare(one, other));
      bodies.forEach((body) => table.append(body));
      heads.forEach((other) => other.setAttribute("aria-sort", other === head ? (down ? "descending" : "ascending") : "none"));
      const query = new URLSearchParams(location.search);
      query.set("sort", (down ? "-" : "") + head.textContent.trim());
      history.replaceState(null, "", `${location.pathname}?${query}${location.hash}`);
    }));
  }
}

// --- printing ----------------------------------------------------------------------------------------------------
function printing() {
  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details:not([open])"); opened.forEach((one) => { one.open = true; }); });
  addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
}

for (const part of [colours, copying, reading, narrowing, sorting, searching, finding, printing, opening]) part();
