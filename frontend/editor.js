// The editor in place of the text box: colours, completion from the graph's own names, errors where they are.
// It stands in a shadow root, so that its styles need no inline style sheet; the box keeps the text for the form.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const box = document.getElementById("text");
const form = box.form;

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--lowers)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--open)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--raises)" },
  { tag: [tags.number, tags.bool], color: "var(--absent)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--muted)" },
  { tag: [tags.namespace, tags.url, tags.propertyName, tags.typeName, tags.atom], color: "var(--accent)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--page)", fontSize: "14px", height: "100%" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "var(--least)", maxHeight: "var(--most)" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--wash)", color: "var(--muted)", borderRight: "1px solid var(--rule)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--accent-wash)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--chief)" },
  ".cm-tooltip": { backgroundColor: "var(--page)", color: "var(--ink)", border: "1px solid var(--edge)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--page)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--muted)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "var(--page)" },
  ".cm-completionInfo": { maxWidth: "28em" },
  // The marks of errors are images in the page's source, which its policy does not let pass: these are drawn.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--absent)" },
  ".cm-lint-marker-error": { content: "normal", width: "10px", height: "10px", borderRadius: "50%", backgroundColor: "var(--absent)" },
});

const words = "SELECT WHERE CONSTRUCT ASK DESCRIBE DISTINCT FILTER OPTIONAL UNION MINUS VALUES BIND GRAPH EXISTS NOT EXISTS GROUP BY ORDER BY HAVING LIMIT OFFSET PREFIX COUNT SUM SAMPLE GROUP_CONCAT REGEX CONTAINS STRSTARTS LANG STR BOUND COALESCE IF AS DESC";
const keywords = [...new Set(words.split(" "))].map((label) => ({ label, type: "keyword" }));
const known = fetch(form.dataset.completion).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);

async function offered(context) {
  const before = context.matchBefore(/[\w:?-]+/);
  if (!before && !context.explicit) return null;
  const from = before?.from ?? context.pos;
  const text = before?.text ?? "";
  if (text.startsWith("?")) {
    const found = new Set(context.state.doc.toString().match(/\?\w+/g) ?? []);
    return { from, options: [...found].filter((name) => name !== text).map((label) => ({ label, type: "variable" })), validFor: /^\?\w*$/ };
  }
  const graph = await known;
  const names = (graph?.names ?? []).map((one) => ({ label: one.label, detail: one.detail, info: one.info || undefined, type: "class" }));
  // A label leads to its name, too: `memantine` offers substance:memantine.
  const wanted = text.toLowerCase();
  const told = text.length > 2 ? names.filter((one) => one.detail.toLowerCase().includes(wanted)).slice(0, 40).map((one) => ({ ...one, label: one.detail, apply: one.label, detail: one.label })) : [];
  const prefixes = Object.keys(graph?.prefixes ?? {}).map((label) => ({ label: `${label}:`, type: "namespace", apply: (view, _, start, end) => { view.dispatch({ changes: { from: start, to: end, insert: `${label}:` }, selection: { anchor: start + label.length + 1 } }); startCompletion(view); } }));
  return { from, options: [...keywords, ...prefixes, ...names, ...told], validFor: text.includes(":") ? /^[\w:-]*$/ : undefined };
}

const host = document.createElement("div");
host.className = "rich";
box.before(host);
box.hidden = true;
const root = host.attachShadow({ mode: "open" });
const leave = { key: "Escape", run: (view) => { view.contentDOM.blur(); document.querySelector(".btn.run").focus(); return true; } };

const view = new EditorView({
  root,
  parent: root,
  state: EditorState.create({
    doc: window.glutkgEditor?.get() ?? box.value,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { window.glutkgRun?.(); return true; } }, { key: "Tab", run: acceptCompletion }])),
      lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
      autocompletion({ override: [offered], maxRenderedOptions: 60 }), highlightActiveLine(), indentUnit.of("  "),
      sparql(), syntaxHighlighting(colours), look,
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab, leave]),
      EditorView.contentAttributes.of({ "aria-label": "Query", spellcheck: "false", autocapitalize: "off" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) box.value = update.state.doc.toString(); }),
    ],
  }),
});

view.scrollDOM.tabIndex = 0; // what scrolls is reached by keys
view.scrollDOM.setAttribute("role", "group");
view.scrollDOM.setAttribute("aria-label", "Text of the query");

const editor = window.glutkgEditor ?? {};
editor.get = () => view.state.doc.toString();
editor.set = (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }, setDiagnostics(view.state, []));
editor.mark = (line, column, message) => {
  const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  const from = Math.min(found.from + Math.max(column - 1, 0), found.to);
  view.dispatch(setDiagnostics(view.state, [{ from, to: Math.max(from, found.to), severity: "error", message }]));
};
window.glutkgEditor = editor;
