// A list that keeps only the rows in view in the document, however long it is.
import { html, useEffect, useLayoutEffect, useRef, useState } from "./dom.js";

const SPARE = 6;

// rows: newest first; height: pixels of a row; the list is one stop of the tab key,
// arrows move in it.
export function VirtualList({ rows, height, keyOf, selected, onSelect, onOpen = onSelect, label, Row }) {
  const box = useRef(null);
  const [top, setTop] = useState(0);
  const [room, setRoom] = useState(600);
  const anchor = useRef(null);
  useEffect(() => {
    const watch = new ResizeObserver(() => setRoom(box.current.clientHeight));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  // Rows that come in above do not move what a person is reading.
  useLayoutEffect(() => {
    const list = box.current;
    const first = rows.length ? keyOf(rows[0]) : null;
    if (anchor.current !== null && list.scrollTop > 0 && first !== anchor.current) {
      const added = rows.findIndex((each) => keyOf(each) === anchor.current);
      if (added > 0) list.scrollTop += added * height;
    }
    anchor.current = first;
  });
  const from = Math.max(0, Math.floor(top / height) - SPARE);
  const to = Math.min(rows.length, Math.ceil((top + room) / height) + SPARE);
  const index = rows.findIndex((each) => keyOf(each) === selected);
  const go = (next) => {
    const place = Math.max(0, Math.min(rows.length - 1, next));
    if (!rows[place]) return;
    onSelect(keyOf(rows[place]));
    const list = box.current;
    const y = place * height;
    if (y < list.scrollTop) list.scrollTop = y;
    else if (y + height > list.scrollTop + room) list.scrollTop = y + height - room;
  };
  const page = Math.max(1, Math.floor(room / height) - 1);
  const moves = {
    ArrowDown: () => go(index + 1),
    ArrowUp: () => go(index <= 0 ? 0 : index - 1),
    PageDown: () => go(index + page),
    PageUp: () => go(index - page),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    Enter: () => rows[index] && onOpen(keyOf(rows[index])),
  };
  const press = (event) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
  const visible = rows.slice(from, to);
  const active = index >= from && index < to ? `row-${selected}` : undefined;
  return html`<div class="vlist" ref=${box} role="listbox" tabindex="0" aria-label=${label}
    aria-activedescendant=${active} onKeyDown=${press}
    onScroll=${(event) => setTop(event.target.scrollTop)}>
    <div class="vlist-all" role="presentation" style=${{ height: `${rows.length * height}px` }}>
      ${visible.map((each, place) => {
        const key = keyOf(each);
        return html`<div class="vrow" role="option" key=${key} id="row-${key}"
          aria-selected=${key === selected ? "true" : "false"} aria-posinset=${from + place + 1}
          aria-setsize=${rows.length} onClick=${() => onOpen(key)}
          style=${{ top: `${(from + place) * height}px`, height: `${height}px` }}>
          <${Row} row=${each} />
        </div>`;
      })}
    </div>
  </div>`;
}
