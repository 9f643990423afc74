"""Text of a WhatsApp message from Odoo's HTML, and HTML from such a text.

Marks of WhatsApp's apps (the API itself sends plain text): ``*bold*``, ``_italic_``,
``~struck~``, `` `code` ``, ` ```code block``` `, and at the beginning of a line
``> quote``, ``- item``, ``1. item``. Meta publishes no grammar; two rules are those
that its apps show: a mark hugs its text and ends on the line where it began, and it
touches no letter or digit outside. There is no way to escape a mark: one that a
person typed is sent as typed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import unquote, urlsplit

from lxml import etree
from markupsafe import Markup, escape

#: Mark of WhatsApp: the tag it becomes.
MARKS = {"*": "strong", "_": "em", "~": "s"}

# ------------------------------------------------------------------- grammar
FENCE = re.compile(r"```((?:(?!```).)*[^\s`](?:(?!```).)*)```", re.DOTALL)
_ATOM = re.compile(
    r"```(?P<mono>(?:(?!```).)*[^\s`](?:(?!```).)*)```"
    r"|`(?P<code>(?!\s)[^`]+(?<!\s))`"
    r"|(?P<url>\b(?:https?://|www\.)[^\s<>\"`«»“”]+)",
    re.IGNORECASE,
)
_LINK = re.compile(r"\bhttps?://[^\s<>\"`«»“”]", re.IGNORECASE)
_QUOTE = re.compile(r"> (?=.*\S)")
_BULLET = re.compile(r"[-*] (?=\S)")
_NUMBER = re.compile(r"(\d{1,9})\. (?=\S)")
_INDENT = "  "
# What follows an address in a sentence and is no part of it.
_AFTER_URL = ".,;:!?'*_~)]}…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
# Characters that no HTML parser or database takes.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Atom:
    """Part of a line in which marks mean nothing: code or an address.

    :ivar mark: what stands at both ends of code, ``''`` for an address
    """

    text: str
    html: Markup
    mark: str = ""


Token = str | Atom


def tokens_of(line: str) -> list[Token]:
    """Single characters of a line, its code and addresses each as one token."""
    found: list[Token] = []
    end = 0
    for match in _ATOM.finditer(line):
        found += line[end : match.start()]
        text, end = match.group(), match.end()
        code = match["mono"] or match["code"]
        if code:
            html = Markup("<code>%s</code>") % code.strip()
            found.append(Atom(text, html, "```" if match["mono"] else "`"))
        else:
            text = _without_punctuation(text)
            end = match.start() + len(text)
            found.append(Atom(text, _link_to(text)))
    found += line[end:]
    return found


def closing_mark(tokens: Sequence[Token], index: int) -> int | None:
    """Index of the mark that ends what the mark at ``index`` begins, or None."""
    mark = tokens[index]
    if index and not _is_boundary(tokens[index - 1], mark, -1):
        return None
    if index + 1 == len(tokens) or tokens[index + 1] == mark:
        return None
    if _is_space(tokens[index + 1]):
        return None
    for end in range(index + 2, len(tokens)):
        if (
            tokens[end] == mark
            and tokens[end - 1] != mark
            and not _is_space(tokens[end - 1])
            and (end + 1 == len(tokens) or _is_boundary(tokens[end + 1], mark, 0))
        ):
            return end
    return None


def pairs_of(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Indexes of the marks that belong together, without those within a pair."""
    index = 0
    while index < len(tokens):
        end = closing_mark(tokens, index) if tokens[index] in MARKS else None
        if end:
            yield index, end
            index = end
        index += 1


def has_link(text: str) -> bool:
    """Return whether WhatsApp can show a preview: there is an http(s) address."""
    return bool(_LINK.search(text))


def _is_boundary(token: Token, mark: Token, edge: int) -> bool:
    return token != mark and not _text_of(token)[edge].isalnum()


def _is_space(token: Token) -> bool:
    return isinstance(token, str) and token.isspace()


def _text_of(token: Token) -> str:
    return token if isinstance(token, str) else token.text


def _without_punctuation(url: str) -> str:
    while url[-1] in _AFTER_URL:
        opening = _BRACKETS.get(url[-1])
        if opening and url.count(opening) >= url.count(url[-1]):
            break
        url = url[:-1]
    return url


# ---------------------------------------------------------- WhatsApp to HTML
def whatsapp_to_html(text: str) -> Markup:
    """HTML that shows a WhatsApp text as the phone does, everything else escaped."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    blocks: list[_Block] = []
    end = 0
    for match in FENCE.finditer(text):
        before, after = text[end : match.start()], text[match.end() :]
        alone = before[-1:] in ("", "\n") and after[:1] in ("", "\n")
        if "\n" not in match[1] and not alone:
            continue
        if before:
            blocks += _blocks(before.removesuffix("\n").split("\n"))
        code = Markup("<pre>%s</pre>") % match[1].strip("\n")
        blocks.append(_Block(code, True))
        end = match.end() + after.startswith("\n")
    if text[end:] or not blocks:
        blocks += _blocks(text[end:].split("\n"))
    return _paragraphs(blocks)


@dataclass(frozen=True)
class _Block:
    """A line of text, or an element that begins and ends lines by itself."""

    html: Markup
    is_element: bool = False


def _blocks(lines: list[str]) -> list[_Block]:
    found = []
    rest = list(reversed(lines))
    while rest:
        if _QUOTE.match(rest[-1]):
            quoted = [_inline(line[2:]) for line in _take(rest, _QUOTE)]
            html = Markup("<br/>").join(quoted)
            found.append(_Block(Markup("<blockquote>%s</blockquote>") % html, True))
        elif _BULLET.match(rest[-1]) or _NUMBER.match(rest[-1]):
            found.append(_Block(_list(rest), True))
        else:
            found.append(_Block(_inline(rest.pop())))
    return found


def _take(rest: list[str], pattern: re.Pattern[str]) -> Iterator[str]:
    while rest and pattern.match(rest[-1]):
        yield rest.pop()


def _list(rest: list[str]) -> Markup:
    """List at the top of ``rest``, whose lines are taken away."""
    first = _NUMBER.match(rest[-1])
    pattern = _NUMBER if first else _BULLET
    expected = int(first[1]) if first else 0
    items = []
    start = expected
    while rest and (match := pattern.match(rest[-1])):
        if first and int(match[1]) != expected:
            break
        expected += 1
        blocks = [_Block(_inline(rest.pop()[match.end() :]))]
        inner = []
        while rest and rest[-1].startswith(_INDENT) and rest[-1].strip():
            inner.append(rest.pop().removeprefix(_INDENT))
        items.append(Markup("<li>%s</li>") % _join(blocks + _blocks(inner)))
    html = Markup().join(items)
    if not first:
        return Markup("<ul>%s</ul>") % html
    if start == 1:
        return Markup("<ol>%s</ol>") % html
    return Markup('<ol start="%s">%s</ol>') % (start, html)


def _paragraphs(blocks: list[_Block]) -> Markup:
    """Blocks one under the other; a paragraph ends at an empty line."""
    html = Markup()
    before: list[_Block] = []
    empty = 0
    for chunk in _chunks(blocks):
        if not chunk:
            empty += 1
            continue
        if before:
            spaced = _is_paragraph(before) or _is_paragraph(chunk)
            in_line = not _is_paragraph(before) and not before[-1].is_element
            html += Markup("<br/>") * (empty - spaced + (in_line and not spaced))
        inner = _join(chunk)
        html += Markup("<p>%s</p>") % inner if _is_paragraph(chunk) else inner
        before, empty = chunk, 0
    return html


def _chunks(blocks: list[_Block]) -> Iterator[list[_Block]]:
    """Blocks without an empty line between them; an empty list for each such line."""
    chunk: list[_Block] = []
    for block in blocks:
        if block.html:
            chunk.append(block)
            continue
        if chunk:
            yield chunk
        yield []
        chunk = []
    yield chunk


def _is_paragraph(chunk: list[_Block]) -> bool:
    return not any(block.is_element for block in chunk)


def _join(blocks: list[_Block]) -> Markup:
    """Blocks one under the other; an element begins and ends its lines by itself."""
    html = Markup()
    in_line = False
    for block in blocks:
        if in_line and not block.is_element:
            html += Markup("<br/>")
        html += block.html
        in_line = not block.is_element
    return html


def _inline(line: str) -> Markup:
    return _marked_html(tokens_of(line.rstrip()), " ")


def _marked_html(tokens: Sequence[Token], before: Token = "") -> Markup:
    """HTML of tokens that stand after another one, a blank at a line's beginning."""
    html = Markup()
    done = 0
    for begin, end in pairs_of(tokens):
        html += _plain_html(tokens[done:begin], before)
        inner = _marked_html(tokens[begin + 1 : end])
        html += Markup("<{0}>{1}</{0}>").format(MARKS[str(tokens[end])], inner)
        done, before = end + 1, tokens[end]
    return html + _plain_html(tokens[done:], before)


def _plain_html(tokens: Sequence[Token], before: Token) -> Markup:
    html = Markup()
    for token in tokens:
        if isinstance(token, Atom):
            html += token.html
        elif token == before == " ":
            # HTML would show one of several.
            html += Markup("&nbsp;")
        else:
            html += escape(token)
        before = token
    return html


def _link_to(url: str) -> Markup:
    address = url if "://" in url else f"http://{url}"
    return Markup('<a href="%s" target="_blank" rel="noreferrer noopener">%s</a>') % (
        address,
        url,
    )


# ---------------------------------------------------------- HTML to WhatsApp
_BOLD = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"))
_STYLE_OF_TAG = (
    dict.fromkeys(_BOLD, "*")
    | dict.fromkeys(("i", "em", "cite"), "_")
    | dict.fromkeys(("s", "del", "strike"), "~")
)
_STYLE_OF_CSS = {
    "*": (
        re.compile(r"font-weight:(\w+)"),
        frozenset(("bold", "bolder", "600", "700", "800", "900")),
    ),
    "_": (re.compile(r"font-style:(\w+)"), frozenset(("italic", "oblique"))),
    "~": (
        re.compile(r"text-decoration(?:-line)?:[^;]*?(line-through)"),
        frozenset(("line-through",)),
    ),
}
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "hr"))
# fmt: off
_BLOCKS = _PARAGRAPHS | frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "header", "html", "li", "main", "nav", "ol", "section", "summary", "table", "tr",
    "ul",
))
# fmt: on
# fmt: off
_DROPPED = frozenset((
    "head", "link", "meta", "noscript", "object", "script", "style", "svg",
    "template", "title",
))
# fmt: on
# Odoo's own additions to what a person wrote.
_DROPPED_CLASSES = frozenset(
    ("o-mail-Message-edited", "o-signature-container", "o_signature")
)
_MENTION_CLASSES = frozenset(
    ("o_mail_redirect", "o_channel_redirect", "o-discuss-mention")
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
# Odoo's editor puts these around links and into empty elements.
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060"))
_NBSP = "\xa0"
_BETWEEN_CELLS = " \N{EN DASH} "
# Elements within elements; what lies deeper is read without its formatting.
_MOST_DEPTH = 100


#: Marks of a piece of text, the outermost first.
Styles = tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    """Neighbouring characters of a line with the same marks.

    :ivar is_code: already marked as code, in which no other mark is read
    """

    text: str
    styles: Styles
    is_code: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.is_code and self.text.isspace()


@dataclass
class _Writer:
    """Collects the lines of a text; an entry may be a whole block of code."""

    marks: bool
    lines: list[str] = field(default_factory=list)
    _runs: list[_Run] = field(default_factory=list)
    _gap: bool = False

    def add(self, text: str, styles: Styles, is_code: bool = False) -> None:
        self._runs.append(_Run(text, styles, is_code))

    def end_line(self) -> None:
        """Begin a new line, as ``<br>`` does."""
        runs, self._runs = _even(self._runs), []
        self.put(_emit(runs) if self.marks else "".join(run.text for run in runs))

    def end_block(self) -> None:
        if _even(self._runs):
            self.end_line()
        self._runs = []

    def end_paragraph(self) -> None:
        self.end_block()
        self._gap = True

    def put(self, *lines: str) -> None:
        if self._gap and self.lines and self.lines[-1]:
            self.lines.append("")
        self._gap = False
        self.lines += (line.rstrip(" ") for line in lines)

    def result(self) -> list[str]:
        """Lines without empty ones at the ends, and no two empty ones together."""
        self.end_block()
        kept: list[str] = []
        for line in self.lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return kept[:-1] if kept and not kept[-1] else kept


def html_to_whatsapp(html: str, marks: bool = True) -> str:
    """Text with WhatsApp's marks that says what a piece of Odoo's HTML says.

    :param marks: without them for where they are not read, such as a preview
    """
    content = _CONTROL.sub("", html or "")
    if not content.strip():
        return ""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    # As bytes: a declaration of an encoding that was pasted along is not heeded.
    root = etree.fromstring(f"<div>{content}</div>".encode(), parser)
    if root is None or any(error.level_name == "FATAL" for error in parser.error_log):
        # Nested deeper than the parser goes: the rest would be lost.
        return str(Markup(content).striptags())
    return "\n".join(_lines(root, (), marks, 0))


def html_to_plain(html: str) -> str:
    """Text that says what a piece of Odoo's HTML says, without marks."""
    return html_to_whatsapp(html, marks=False)


def _lines(node: etree._Element, styles: Styles, marks: bool, depth: int) -> list[str]:
    out = _Writer(marks)
    _walk(node, styles, out, depth)
    return out.result()


def _walk(node: etree._Element, styles: Styles, out: _Writer, depth: int) -> None:
    if depth > _MOST_DEPTH:
        out.add(_flat_text(node), styles)
        return
    out.add(node.text or "", styles)
    for child in node:
        if isinstance(child.tag, str) and not _is_dropped(child):
            _element(child, styles, out, depth + 1)
        out.add(child.tail or "", styles)


def _element(node: etree._Element, styles: Styles, out: _Writer, depth: int) -> None:
    tag = node.tag
    styles = _styles_of(node, styles)
    if tag == "br":
        out.end_line()
        return
    if tag == "a":
        _write_link(node, styles, out, depth)
        return
    if tag == "img":
        out.add(node.get("alt") or "", styles)
        return
    if tag == "pre" or tag in _CODE:
        _write_code(node, styles, out)
        return
    end = out.end_paragraph if tag in _PARAGRAPHS else out.end_block
    if tag not in _BLOCKS:
        _walk(node, styles, out, depth)
        return
    end()
    if tag in ("ul", "ol"):
        out.put(*_list_lines(node, styles, out.marks, depth))
    elif tag == "table":
        _write_table(node, styles, out, depth)
    elif tag == "blockquote":
        quoted = _split(_lines(node, styles, out.marks, depth))
        out.put(*(f"> {line}" if out.marks else line for line in quoted if line))
    else:
        _walk(node, styles, out, depth)
    end()


def _is_dropped(node: etree._Element) -> bool:
    style = _SPACES.sub("", node.get("style") or "").lower()
    return (
        node.tag in _DROPPED
        or "display:none" in style
        or not _DROPPED_CLASSES.isdisjoint(_classes(node))
    )


def _classes(node: etree._Element) -> list[str]:
    return (node.get("class") or "").split()


def _styles_of(node: etree._Element, styles: Styles) -> Styles:
    """Marks of what stands in an element, by its tag and by its style."""
    marks = dict.fromkeys(styles)
    if node.tag in _STYLE_OF_TAG:
        marks[_STYLE_OF_TAG[node.tag]] = None
    css = _SPACES.sub("", node.get("style") or "").lower()
    for mark, (pattern, values) in _STYLE_OF_CSS.items():
        found = pattern.search(css)
        if found and found[1] in values:
            marks[mark] = None
        elif found:
            # Google Docs wraps what is copied into <b style="font-weight:normal">.
            marks.pop(mark, None)
    return tuple(marks)


def _flat_text(node: etree._Element) -> str:
    """Text of an element on one line, with what stands for its pictures."""
    found = []
    for part in node.iter():
        if not isinstance(part.tag, str) or part.tag in _DROPPED:
            continue
        found += [part.get("alt") or "" if part.tag == "img" else part.text or ""]
        found += [part.tail or "" if part is not node else ""]
    return _SPACES.sub(" ", "".join(found)).translate(_INVISIBLE).strip()


def _write_link(node: etree._Element, styles: Styles, out: _Writer, depth: int) -> None:
    label, address = _flat_text(node), _address_of(node)
    _walk(node, styles, out, depth)
    if not address or _is_same_address(label, address):
        return
    out.add(f" ({address})" if label else address, styles)


def _address_of(node: etree._Element) -> str:
    """Address of a link for the customer; ``''`` where it is Odoo's or none."""
    address = (node.get("href") or "").strip().replace(" ", "%20")
    if node.get("data-oe-model") or not _MENTION_CLASSES.isdisjoint(_classes(node)):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https", "ftp") or not parts.netloc:
        return ""
    # A record's own page, which asks for a login.
    return "" if parts.path == "/mail/view" else address


def _is_same_address(label: str, address: str) -> bool:
    return _bare(label) == _bare(address)


def _bare(address: str) -> str:
    return unquote(re.sub(r"^\w+://", "", address)).rstrip("/")


def _write_code(node: etree._Element, styles: Styles, out: _Writer) -> None:
    text = _code_text(node)
    is_block = node.tag == "pre" or "\n" in text.strip()
    text = text.strip("\n").rstrip() if node.tag == "pre" else text.strip()
    if not text:
        return
    text = _code_of(text, is_block) if out.marks else text
    if is_block:
        out.end_block()
        out.put(text)
    else:
        out.add(text, styles, is_code=True)


def _code_text(node: etree._Element) -> str:
    """Text of a code element, as it stands there, its breaks as such."""
    is_pre = node.tag == "pre"
    parts = []
    for part in node.iter():
        if part.tag == "br":
            parts.append("\n")
        elif isinstance(part.tag, str):
            parts.append(_space_of(part.text, is_pre))
        if part is not node:
            parts.append(_space_of(part.tail, is_pre))
    return "".join(parts).translate(_INVISIBLE).replace(_NBSP, " ")


def _space_of(text: str | None, is_pre: bool) -> str:
    return (text or "") if is_pre else _SPACES.sub(" ", text or "")


def _code_of(text: str, is_block: bool) -> str:
    """Text marked as code, or as it is where that cannot be said."""
    if not is_block and "`" not in text:
        return f"`{text}`"
    if "```" in text or text.startswith("`") or text.endswith("`"):
        return text
    return f"```{text}```"


def _list_lines(
    node: etree._Element, styles: Styles, marks: bool, depth: int
) -> list[str]:
    found = []
    number = _integer(node.get("start"), 1)
    is_checklist = "o_checklist" in _classes(node)
    for item in node:
        if not isinstance(item.tag, str) or _is_dropped(item):
            continue
        if item.tag in ("ul", "ol"):
            inner = _list_lines(item, styles, marks, depth + 1)
            found += [_INDENT + line for line in inner]
            continue
        own = _styles_of(item, styles)
        lines = [line for line in _split(_lines(item, own, marks, depth + 1)) if line]
        if not lines:
            continue
        if _is_only_list(item):
            found += [_INDENT + line for line in lines]
            continue
        mark = "- "
        if node.tag == "ol":
            number = _integer(item.get("value"), number)
            mark = f"{number}. "
            number += 1
        elif is_checklist:
            mark = "\u2611 " if "o_checked" in _classes(item) else "\u2610 "
        found += [mark + lines[0], *(_INDENT + line for line in lines[1:])]
    return found


def _is_only_list(item: etree._Element) -> bool:
    """Odoo's editor nests a list in an item that has nothing else."""
    first = next((child for child in item if isinstance(child.tag, str)), None)
    return (
        first is not None
        and first.tag in ("ul", "ol")
        and not (item.text or "").translate(_INVISIBLE).strip()
    )


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else default


def _split(lines: Iterable[str]) -> list[str]:
    """Lines one by one, those of blocks of code as well."""
    return [part for line in lines for part in line.split("\n")]


def _write_table(
    node: etree._Element, styles: Styles, out: _Writer, depth: int
) -> None:
    """A row per line: WhatsApp has no tables."""
    for row in node.iter("tr"):
        if next(row.iterancestors("table"), None) is not node:
            continue
        cells = []
        for cell in row:
            if cell.tag in ("td", "th") and not _is_dropped(cell):
                own = _styles_of(cell, styles)
                cells.append(_lines(cell, own, out.marks, depth + 1))
        filled = [cell for cell in cells if cell]
        if len(filled) == 1:
            # A table for the layout, as mail templates have.
            out.put(*filled[0])
        elif filled:
            while not cells[-1]:
                cells.pop()
            texts = [" ".join(filter(None, cell)) for cell in cells]
            out.put(_BETWEEN_CELLS.join(texts))


# -------------------------------------------------------------- marks of a line
def _even(runs: list[_Run]) -> list[_Run]:
    """Runs of a line as a browser shows them, each blank between two on its own.

    A blank has no mark that its neighbours do not share.
    """
    pieces: list[_Run] = []
    blank = True
    for run in runs:
        if run.is_code:
            pieces.append(run)
            blank = False
            continue
        text = _SPACES.sub(" ", run.text.translate(_INVISIBLE))
        text = text[1:] if blank and text.startswith(" ") else text
        if not text:
            continue
        blank = text.endswith(" ")
        core = text.replace(_NBSP, " ")
        inner = core.strip(" ")
        start = len(core) - len(core.lstrip(" "))
        ends = core[:start], inner, core[start + len(inner) :]
        pieces += [_Run(part, run.styles) for part in ends if part]
    while pieces and pieces[-1].is_blank:
        pieces.pop()
    return _with_shared_marks(pieces)


def _with_shared_marks(pieces: list[_Run]) -> list[_Run]:
    found = []
    left: Styles = ()
    for index, run in enumerate(pieces):
        if not run.is_blank:
            left = run.styles
            found.append(run)
            continue
        # The next one may be blank too: its marks are its own, so none is missed.
        right = pieces[index + 1].styles
        shared = []
        for one, *others in zip(run.styles, left, right, strict=False):
            if others != [one, one]:
                break
            shared.append(one)
        found.append(_Run(run.text, tuple(shared)))
    return found


def _emit(
    runs: list[_Run],
    level: int = 0,
    before: _Run | None = None,
    after: _Run | None = None,
) -> str:
    """Text of runs with their marks, the outer ones first.

    :param level: how many of each run's marks are set, or cannot be
    :param before: what stands next to them outside; None where a mark does or nothing
    """
    # Neighbours with the same mark: Odoo's own groupby sorts.
    # pylint: disable-next=bad-builtin-groupby
    neighbours = groupby(runs, lambda run: run.styles[level : level + 1])
    groups = [(mark, list(group)) for mark, group in neighbours]
    found = []
    for index, (mark, group) in enumerate(groups):
        left = groups[index - 1][1][-1] if index else before
        right = groups[index + 1][1][0] if index + 1 < len(groups) else after
        if mark:
            found.append(_mark(mark[0], group, level + 1, left, right))
        else:
            found += [run.text for run in group]
    return "".join(found)


def _mark(
    mark: str, group: list[_Run], level: int, before: _Run | None, after: _Run | None
) -> str:
    """Text of runs in a pair of marks; without, where WhatsApp would not read them."""
    marked = f"{mark}{_emit(group, level)}{mark}"
    tokens = tokens_of(marked)
    if (
        _touches(before, group[0], -1)
        or _touches(after, group[-1], 0)
        or closing_mark(tokens, 0) != len(tokens) - 1
    ):
        return _emit(group, level, before, after)
    return marked


def _touches(neighbour: _Run | None, run: _Run, edge: int) -> bool:
    """Return whether a letter or digit stands right outside of a mark."""
    if neighbour is None or set(neighbour.styles) - set(run.styles):
        return False
    return neighbour.text[edge].isalnum()
