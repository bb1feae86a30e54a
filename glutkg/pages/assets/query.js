// The editor's page: runs the query in place and shows its answer. Without this, the form asks the endpoint itself.
const $ = (id) => document.getElementById(id);
const form = $("query");
const box = $("text");
export const editor = { get: () => box.value, set: (text) => { box.value = text; }, mark: () => {} };
window.glutkgEditor = editor;

let running = null;
const base = "https://w3id.org/glutkg/";
const root = form.action.replace(/sparql$/, "");
if (matchMedia("(max-width: 860px)").matches) document.querySelector(".examples").open = false;

function say(words, wrong = false) {
  const status = $("status");
  status.textContent = words;
  status.className = wrong ? "wrong" : "";
}

function placed(iri) {
  if (iri.startsWith(base)) {
    const local = iri.slice(base.length);
    return `${root}${local.startsWith("source/") ? local.replace("#", "/") : local}.html`;
  }
  return /^https?:/.test(iri) ? iri : null;
}

function shown(term) {
  if (!term) return document.createTextNode("");
  if (term.type === "literal" && /^https?:\S+( https?:\S+)*$/.test(term.value)) {
    const cell = document.createDocumentFragment();
    for (const value of term.value.split(" ")) cell.append(shown({ type: "uri", value }), document.createElement("br"));
    return cell;
  }
  if (term.type !== "uri") return document.createTextNode(term.value);
  const place = placed(term.value);
  const text = term.value.startsWith(base) ? term.value.slice(base.length) : term.value;
  if (!place) return document.createTextNode(text);
  return Object.assign(document.createElement("a"), { href: place, textContent: text, title: term.value });
}

function tabled(found) {
  const table = document.createElement("table");
  table.className = "plain-table";
  const head = table.createTHead().insertRow();
  for (const name of found.head.vars ?? []) head.append(Object.assign(document.createElement("th"), { textContent: name, scope: "col" }));
  const body = table.createTBody();
  for (const row of found.results.bindings.slice(0, 1000)) {
    const line = body.insertRow();
    for (const name of found.head.vars) line.insertCell().append(shown(row[name]));
  }
  const scroll = Object.assign(document.createElement("div"), { className: "scroll", tabIndex: 0 });
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Results");
  scroll.append(table);
  return scroll;
}

function offered(text) {
  const forms = [["CSV", "text/csv"], ["TSV", "text/tab-separated-values"], ["JSON", "application/sparql-results+json"], ["XML", "application/sparql-results+xml"]];
  return forms.map(([name, media]) => {
    const button = Object.assign(document.createElement("button"), { className: "linky", type: "button", textContent: name });
    button.addEventListener("click", async () => {
      const answer = await ask(text, media);
      if (!answer.ok) return say((await answer.text()).trim(), true);
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: `answer.${name.toLowerCase()}` });
      link.click();
      URL.revokeObjectURL(link.href);
    });
    return button;
  });
}

function ask(text, media, signal) {
  return fetch(form.action, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: media }, body: new URLSearchParams({ query: text }), signal });
}

async function run() {
  running?.abort();
  running = new AbortController();
  const text = editor.get();
  keep(text);
  say("Running …");
  $("hint").textContent = "";
  $("stop").hidden = false;
  const started = performance.now();
  try {
    const answer = await ask(text, "application/sparql-results+json, application/n-triples;q=0.9, text/plain;q=0.1", running.signal);
    const took = `${((performance.now() - started) / 1000).toFixed(2)} s`;
    if (!answer.ok) {
      const words = (await answer.text()).trim();
      say(`${answer.status}: ${words}`, true);
      const place = /line (\d+), column (\d+)/i.exec(words);
      if (place) editor.mark(Number(place[1]), Number(place[2]), words);
      return;
    }
    $("hint").textContent = answer.headers.get("X-Hint") ?? "";
    const table = $("table");
    if (/json/.test(answer.headers.get("Content-Type") ?? "")) {
      const found = await answer.json();
      if ("boolean" in found) { table.replaceChildren(document.createTextNode(found.boolean ? "Yes." : "No.")); say(took); }
      else {
        const rows = found.results.bindings.length;
        table.replaceChildren(tabled(found));
        say(`${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} in ${took}${rows > 1000 ? "; the first 1,000 are shown" : ""}`);
      }
      $("downloads").replaceChildren(...offered(text));
    } else {
      table.replaceChildren(Object.assign(document.createElement("pre"), { className: "code", tabIndex: 0, textContent: (await answer.text()).slice(0, 200000) }));
      $("downloads").replaceChildren();
      say(took);
    }
    $("results").hidden = false;
  } catch (error) {
    say(error.name === "AbortError" ? "Stopped; the query is kept." : `No answer came: ${error.message}. The query is kept.`, error.name !== "AbortError");
  } finally {
    $("stop").hidden = true;
  }
}

function keep(text) {
  history.replaceState(null, "", `${location.pathname}${location.search}#query=${encodeURIComponent(text)}`);
}

form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
box.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
$("stop").addEventListener("click", () => running?.abort());
if (navigator.clipboard) {
  $("share").hidden = false;
  $("share").addEventListener("click", async () => { keep(editor.get()); await navigator.clipboard.writeText(location.href); say("The link is copied."); });
}
if (location.hash.startsWith("#query=")) editor.set(decodeURIComponent(location.hash.slice(7)));
window.glutkgRun = run;
