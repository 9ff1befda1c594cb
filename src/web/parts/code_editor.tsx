import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { wgsl } from "@iizukak/codemirror-lang-wgsl";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "preact/hooks";

/** A mark at a line, counted from 1. */
export interface LineMark {
  readonly line: number;
  readonly message: string;
}

interface CodeEditorProps {
  /** What is shown at first, and again whenever `version` changes; in between the editor has its own. */
  readonly text: string;
  readonly version?: number;
  readonly label: string;
  /** Called with each change; without it the text can only be read. */
  readonly onEdit?: (text: string) => void;
  readonly marks?: readonly LineMark[];
  /** Lines that cannot be changed and are shown pale. */
  readonly fixedLines?: (text: string) => ReadonlySet<number>;
}

const NO_MARKS: readonly LineMark[] = [];

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword], color: "var(--code-keyword)" },
  { tag: [tags.typeName, tags.standard(tags.typeName), tags.attributeName, tags.meta], color: "var(--code-type)" },
  { tag: [tags.number, tags.bool, tags.literal], color: "var(--code-number)" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    color: "var(--code-call)",
  },
]);

const THEME = EditorView.theme({
  "&": { backgroundColor: "var(--panel)", color: "var(--ink)", fontSize: "0.85rem", maxHeight: "34rem" },
  "&.cm-focused": { outline: "2px solid var(--pico-primary)" },
  ".cm-scroller": { fontFamily: "var(--pico-font-family-monospace)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--ink-muted)", border: "none" },
  ".cm-marked": { boxShadow: "inset 4px 0 var(--bad)", textDecoration: "underline wavy var(--bad)" },
  ".cm-fixed": { backgroundColor: "var(--ground)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": {
    backgroundColor: "rgba(var(--shade), 0.3) !important",
  },
});

const mark = StateEffect.define<readonly LineMark[]>();

/** Lines with a mark; a mark goes with its line until the next ones come. */
const MARKED_LINES = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, { changes, effects, newDoc }) {
    for (const effect of effects) {
      if (!effect.is(mark)) continue;
      const known = effect.value.filter(({ line }) => line >= 1 && line <= newDoc.lines);
      const ranges = known.map(({ line, message }) =>
        Decoration.line({ class: "cm-marked", attributes: { title: message } }).range(newDoc.line(line).from),
      );
      return Decoration.set(ranges, true);
    }
    return decorations.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** WGSL, coloured, to read or to edit. Tab leaves it. */
export function CodeEditor({ text, version = 0, label, onEdit, marks = NO_MARKS, fixedLines }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | undefined>(undefined);
  const edited = useRef(onEdit);
  edited.current = onEdit;

  useEffect(() => {
    // In a shadow root the editor's styles need no <style> element, which the page's policy forbids.
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: "open" });
    const extensions: Extension[] = [
      lineNumbers(),
      history(),
      keymap.of([...standardKeymap, ...historyKeymap]),
      wgsl(),
      syntaxHighlighting(HIGHLIGHT),
      THEME,
      EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true", tabindex: "0" }),
      onEdit ? [] : EditorState.readOnly.of(true),
      MARKED_LINES,
      fixedLines ? fixed(fixedLines) : [],
      EditorView.updateListener.of((update) => {
        if (update.docChanged) edited.current?.(update.state.doc.toString());
      }),
    ];
    const view = new EditorView({ doc: text, extensions, parent: root, root });
    editor.current = view;
    return () => view.destroy();
    // What the editor holds follows below.
  }, [label, onEdit === undefined]);

  useEffect(() => {
    const view = editor.current!;
    const { doc } = view.state;
    if (doc.toString() !== text) view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
  }, [version, onEdit ? "" : text]);

  useEffect(() => editor.current!.dispatch({ effects: mark.of(marks) }), [marks]);

  return <div class="code" ref={host} />;
}

/** Keeps some lines as they are, and shows that. */
function fixed(linesOf: (text: string) => ReadonlySet<number>): Extension {
  const pale = Decoration.line({ class: "cm-fixed" });
  const decorate = (state: EditorState): DecorationSet => {
    const builder = new RangeSetBuilder<Decoration>();
    for (const line of linesOf(state.doc.toString())) {
      const { from } = state.doc.line(line);
      builder.add(from, from, pale);
    }
    return builder.finish();
  };
  const refuse = EditorState.changeFilter.of((transaction) => {
    const { doc } = transaction.startState;
    const lines = linesOf(doc.toString());
    // What replaces all of the text, as a reset does, is let through.
    let whole = false;
    transaction.changes.iterChangedRanges((from, to) => {
      whole ||= from === 0 && to === doc.length;
    });
    if (whole) return true;
    // Runs of lines: a range of an empty line alone would never end.
    const firsts = [...lines].filter((line) => !lines.has(line - 1));
    const lasts = [...lines].filter((line) => !lines.has(line + 1));
    return firsts.flatMap((line, i) => [doc.line(line).from, doc.line(lasts[i]!).to]);
  });
  return [EditorView.decorations.compute(["doc"], decorate), refuse];
}
