import random
import re
from html import unescape

from odoo.tests import BaseCase, tagged

from ..tools.whatsapp_text import (
    has_link,
    html_to_plain,
    html_to_whatsapp,
    whatsapp_to_html,
)

SEEDS = range(150)
DASH = "\N{EN DASH}"
WORDS = re.split(
    " ",
    "hola Ana lote 12 ¿cómo? año 2*3*4 a_b_c user_name@x.co 50% <b> & \" ' \U0001f600"
    f" \U0001f469\u200d\U0001f469\u200d\U0001f467 ñandú {DASH} C:\\x $1.000.000 (ok)",
)
TAGS = re.split(
    " ", "b i s u strong em del span p div ul ol blockquote h2 code pre a table"
)
LINKS = (
    "https://ejemplo.co/plan?a=1&b=2",
    "http://x.co/a_b_c",
    "https://x.co/~ana/#c*d",
    "https://es.wikipedia.org/wiki/Lote_(finca)",
    "www.ejemplo.co/año",
)


class Texts:
    """Random texts as people write them in WhatsApp's apps."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def words(self, most=4):
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, most)))

    def inline(self, marks="*_~", depth=0):
        parts = []
        for _place in range(self.random.randint(1, 4)):
            kind = self.random.choice(["words", "words", "mark", "code", "link"])
            if kind == "mark" and marks and depth < 3:
                mark = self.random.choice(marks)
                inner = self.inline(marks.replace(mark, ""), depth + 1)
                parts.append(f"{mark}{inner}{mark}")
            elif kind == "code":
                parts.append(f"`{self.random.choice(['SKU_1_A', 'a *b* c', '<i>'])}`")
            elif kind == "link":
                parts.append(self.random.choice(LINKS))
            else:
                parts.append(self.words())
        return " ".join(parts)

    def block(self):
        kind = self.random.choice(["text", "text", "quote", "list", "steps", "fence"])
        count = range(self.random.randint(1, 3))
        if kind == "quote":
            return "\n".join(f"> {self.inline()}" for _line in count)
        if kind == "list":
            return "\n".join(self.item("- ") for _line in count)
        if kind == "steps":
            first = self.random.choice([1, 1, 7])
            return "\n".join(self.item(f"{first + line}. ") for line in count)
        if kind == "fence":
            return "```x = *y* <b>\n\n\n  `z` & w_1```"
        return "\n".join(self.inline() for _line in count)

    def item(self, mark):
        inner = self.random.choice(["", "\n  - " + self.inline(), "\n  y más"])
        return mark + self.inline() + inner

    def text(self):
        blocks = [self.block() for _place in range(self.random.randint(1, 5))]
        return "\n\n".join(blocks)

    def noise(self):
        """Marks, letters and blanks in any order."""
        return "".join(self.random.choices("*_~`>- \n\n1.abñ<&\U0001f600", k=60))

    def html(self, depth=0):
        tag = self.random.choice(TAGS)
        if depth > 4:
            return self.words().replace("<", "&lt;")
        inner = " ".join(
            self.html(depth + 1) for _p in range(self.random.randint(1, 3))
        )
        if tag in ("ul", "ol"):
            inner = f"<li>{inner}</li>"
        if tag == "table":
            inner = f"<tr><td>{inner}</td><td>{self.words()}</td></tr>"
        end = self.random.choice(["", "<br>", "&nbsp;", "\n "])
        return f"<{tag}>{inner}</{tag}>{end}"


def letters(text):
    """Everything of a text but marks, dashes, digits and blanks."""
    return re.sub(rf"[\s*_~`>\-{DASH}.0-9\xa0]", "", text)


@tagged("post_install", "-at_install")
class TestHtmlToWhatsapp(BaseCase):
    """Odoo's HTML as the customer gets it."""

    def check(self, cases):
        for html, text in cases.items():
            with self.subTest(html=html):
                self.assertEqual(html_to_whatsapp(html), text)

    def test_message_with_marks_list_and_links(self):
        html = (
            "<p>Hola <b>Ana </b>,</p><ul><li>Lote 12</li><li><i>Lote 14</i></ul>"
            '<p>Ver <a href="https://lukr.co/l/12">la ficha</a> o https://lukr.co</p>'
        )
        text = (
            "Hola *Ana* ,\n\n- Lote 12\n- _Lote 14_\n\n"
            "Ver la ficha (https://lukr.co/l/12) o https://lukr.co"
        )
        self.assertEqual(html_to_whatsapp(html), text)
        self.assertTrue(has_link(text))

    def test_link_is_said_once(self):
        url = "https://ejemplo.co/plan?a=1&amp;b=2"
        self.check(
            {
                f'Mira <a href="{url}">{url}</a> y me cuentas': (
                    "Mira https://ejemplo.co/plan?a=1&b=2 y me cuentas"
                ),
                '<a href="https://x.co"><span>Plan</span></a>': "Plan (https://x.co)",
                '<a href="https://x.co/">x.co</a>': "x.co",
                '<a href="https://x.co/a%C3%B1o">https://x.co/año</a>': (
                    "https://x.co/año"
                ),
                '<a href="https://x.co"><b>Ver</b></a>': "*Ver* (https://x.co)",
                '<a href="https://x.co"><img alt="" src="/a.png"/></a>': "https://x.co",
                '<a href="https://x.co">\ufeff</a>': "https://x.co",
                '<a href="mailto:a@x.co">a@x.co</a>': "a@x.co",
                '<a href="tel:+573012345678">301 234 5678</a>': "301 234 5678",
                '<a href="#top">arriba</a>': "arriba",
                '<a href="/web/content/5">plano.pdf</a>': "plano.pdf",
                '<a href="javascript:alert(1)">nada</a>': "nada",
                '<a href="http://[mal">malo</a>': "malo",
                '<a name="x">sin dirección</a>': "sin dirección",
            }
        )

    def test_mention_has_no_address(self):
        self.check(
            {
                'Con <a href="https://odoo.co/odoo/res.partner/7"'
                ' class="o_mail_redirect" data-oe-id="7"'
                ' data-oe-model="res.partner">@Sara Gómez</a>.': "Con @Sara Gómez.",
                '<a class="o_channel_redirect" href="https://odoo.co/odoo/x"'
                ' data-oe-model="discuss.channel">#ventas</a>': "#ventas",
                '<a href="https://odoo.co/mail/view?model=crm.lead&amp;res_id=1">'
                "Lote</a>": "Lote",
            }
        )

    def test_marks_hug_their_text_on_each_line(self):
        self.check(
            {
                "<b>línea1<br>línea2</b>": "*línea1*\n*línea2*",
                "a<b> b </b>c": "a *b* c",
                "<b></b><i> </i>x": "x",
                "<i>a <b>b</b> c</i>": "_a *b* c_",
                "<b><i><s>x</s></i></b>": "*_~x~_*",
                "<b>a</b> <strong>b</strong>": "*a* *b*",
                "<b>a <i>b</i></b> <i>c</i>": "*a _b_* _c_",
                "<b>a</b><b> b</b>": "*a b*",
                "<b>a</b><i>b</i>": "*a*_b_",
                "<u>a</u> <mark>b</mark> <font>c</font>": "a b c",
                "<h2>Título</h2>texto": "*Título*\n\ntexto",
                '<b style="font-weight:normal">a</b>': "a",
                '<span style="font-weight: 700; font-style: italic">a</span>': "*_a_*",
                '<span style="text-decoration: line-through">a</span>': "~a~",
            }
        )

    def test_mark_that_whatsapp_would_not_read_is_left_out(self):
        self.check(
            {
                "<b>Lote</b>s": "Lotes",
                "a<i>b</i>": "ab",
                "<b><i>a</i></b>b": "ab",
                "<b>*a*</b>": "*a*",
                "<b>a* b</b>": "a* b",
                "(<b>a</b>)": "(*a*)",
                "<b>a</b>\U0001f600": "*a*\U0001f600",
            }
        )

    def test_marks_that_were_typed_stay(self):
        for text in ("a_b_c", "2*3*4", "user_name@x.co", "*hola* ~no~", "* _ ~ `"):
            self.assertEqual(html_to_whatsapp(text), text)

    def test_code(self):
        self.check(
            {
                "<code>SKU_1</code>": "`SKU_1`",
                "<b>ver <code>a *b*</code></b>": "*ver `a *b*`*",
                "<code><b>x</b></code>": "`x`",
                "<code>a`b</code>": "```a`b```",
                "<pre>a\n  b\n\n\nc</pre>": "```a\n  b\n\n\nc```",
                "x<pre>a<br/>b</pre>y": "x\n```a\nb```\ny",
                "<code>a<br/>b</code>": "```a\nb```",
                "<code> </code><pre>\n</pre>x": "x",
            }
        )

    def test_lists_and_quotes(self):
        self.check(
            {
                "a<ul><li>b</li></ul>c": "a\n- b\nc",
                '<ol start="3"><li>c</li><li>d</li></ol>': "3. c\n4. d",
                "<ol><li>a</li><li value='7'>b</li><li>c</li></ol>": "1. a\n7. b\n8. c",
                "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>": "- a\n  - b\n- c",
                "<ul><li>a</li><li class='oe-nested'><ul><li>b</li></ul></li></ul>": (
                    "- a\n  - b"
                ),
                "<ul><li><p>a</p><p>b</p></li><li></li></ul>": "- a\n  b",
                "<ul class='o_checklist'><li class='o_checked'>a</li><li>b</li></ul>": (
                    "\u2611 a\n\u2610 b"
                ),
                "<blockquote><p>a</p><p><b>b</b></p></blockquote>c": "> a\n> *b*\nc",
                "<blockquote><ul><li>a</li></ul></blockquote>": "> - a",
            }
        )

    def test_lines_and_paragraphs(self):
        self.check(
            {
                "a<br>b<br><br><br>c": "a\nb\n\nc",
                "<p>a</p><p>b</p>": "a\n\nb",
                "<div>a</div><div><br></div><div>b</div>": "a\n\nb",
                "<div>a<br></div><div>b</div>": "a\nb",
                "<p><br></p><p>a</p><p>&nbsp;</p>": "a",
                "  a \n b\t c  ": "a b c",
                "a&nbsp;&nbsp;b": "a  b",
                "a<hr>b": "a\n\nb",
            }
        )

    def test_pasted_table_is_a_row_per_line(self):
        self.check(
            {
                "<table>\n<tr> <th>Lote</th><th>Valor</th></tr>"
                "<tr><td><p>12</p></td><td>$1 <b>M</b></td></tr>"
                "<tr><td></td><td>x</td><td></td></tr></table>fin": (
                    f"Lote {DASH} Valor\n12 {DASH} $1 *M*\nx\nfin"
                ),
                "<table><tr><td></td><td>a</td><td>b</td></tr></table>": (
                    f" {DASH} a {DASH} b"
                ),
                "<table><tr><td><p>Hola</p><p>Ana</p></td></tr></table>": (
                    "Hola\n\nAna"
                ),
                "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td>"
                "</tr></table>": f"a {DASH} b",
            }
        )

    def test_what_nobody_wrote_is_left_out(self):
        self.check(
            {
                "a<!-- b --><style>c {}</style><script>d</script>": "a",
                "a<span class='o-mail-Message-edited'></span>": "a",
                "a<div class='o-signature-container'>--<br>Sara</div>": "a",
                "<div style='display: none'>x</div>a": "a",
                "<?xml version='1.0' encoding='latin1'?>ñ": "ñ",
                "a\x00b\ud83d": "ab",
                "": "",
                "<p></p>": "",
            }
        )

    def test_emoji_and_entities(self):
        self.check(
            {
                "\U0001f469‍\U0001f469‍\U0001f467 &amp;"
                " &lt;x&gt; &quot;y&quot; \u2764\ufe0f": (
                    '\U0001f469‍\U0001f469‍\U0001f467 & <x> "y" \u2764\ufe0f'
                ),
                '<img alt="\U0001f600" src="/x.png"/>!': "\U0001f600!",
                "<img src='data:image/png;base64,AAAA'/>a": "a",
            }
        )

    def test_text_is_not_lost_however_deep_it_stands(self):
        for depth in (150, 3000):
            html = "<div>" * depth + "hola" + "</div>" * depth
            self.assertEqual(html_to_whatsapp(html), "hola")

    def test_without_marks(self):
        html = "<p><b>sí</b> <code>a</code></p><blockquote>b</blockquote>"
        self.assertEqual(html_to_plain(html), "sí a\n\nb")

    def test_any_html_keeps_its_letters_and_is_stable(self):
        for seed in SEEDS:
            html = Texts(seed).html()
            with self.subTest(seed=seed, html=html):
                text = html_to_whatsapp(html)
                shown = unescape(re.sub("<[^>]+>", " ", html))
                self.assertEqual(letters(text), letters(shown))
                again = html_to_whatsapp(whatsapp_to_html(text))
                self.assertEqual(letters(again), letters(text))


@tagged("post_install", "-at_install")
class TestWhatsappToHtml(BaseCase):
    """A customer's text as Odoo shows it."""

    def check(self, cases):
        """Each text is one paragraph with this HTML."""
        for text, html in cases.items():
            with self.subTest(text=text):
                self.assertEqual(whatsapp_to_html(text), f"<p>{html}</p>")

    def test_quote_marks_list_code_and_link(self):
        text = "> ayer dijiste\n*sí*\n1. uno\n2. dos\n`SKU_1_A` http://x.co/a_b_c"
        self.assertEqual(
            whatsapp_to_html(text),
            "<blockquote>ayer dijiste</blockquote><strong>sí</strong>"
            "<ol><li>uno</li><li>dos</li></ol><code>SKU_1_A</code> "
            '<a href="http://x.co/a_b_c" target="_blank" rel="noreferrer noopener">'
            "http://x.co/a_b_c</a>",
        )

    def test_everything_else_is_escaped(self):
        self.check(
            {
                "<script>alert('x')</script> &amp;": (
                    "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp;amp;"
                ),
                '`<b>` ```<i>&``` *"*': (
                    "<code>&lt;b&gt;</code> <code>&lt;i&gt;&amp;</code>"
                    " <strong>&#34;</strong>"
                ),
                'https://x.co/"onclick=1': (
                    '<a href="https://x.co/" target="_blank"'
                    ' rel="noreferrer noopener">https://x.co/</a>&#34;onclick=1'
                ),
            }
        )

    def test_marks(self):
        self.check(
            {
                "*a* _b_ ~c~": "<strong>a</strong> <em>b</em> <s>c</s>",
                "*_a_ b*": "<strong><em>a</em> b</strong>",
                "x * a*": "x * a*",
                "x*a* *b*x 2*3*4 a_b_c": "x*a* *b*x 2*3*4 a_b_c",
                "*a\nb*": "*a<br/>b*",
                "**a** __b__ ***": "**a** __b__ ***",
                "¿*a*? (_b_).": "¿<strong>a</strong>? (<em>b</em>).",
                "`*a*` ```_b_```": "<code>*a*</code> <code>_b_</code>",
            }
        )

    def test_links(self):
        for text, url, rest in (
            ("Ver https://x.co/a?b=1&c=2.", "https://x.co/a?b=1&c=2", "."),
            ("(https://x.co/a_(b))", "https://x.co/a_(b)", ")"),
            ("*https://x.co/a_b*", "https://x.co/a_b", ""),
            ("https://x.co/?q=año, y", "https://x.co/?q=año", ", y"),
        ):
            with self.subTest(text=text):
                html = whatsapp_to_html(text)
                found = re.search('href="([^"]+)".*</a>([^<]*)', html)
                self.assertEqual(unescape(found[1]), url)
                self.assertEqual(found[2], rest)
        self.assertIn('href="http://www.x.co"', whatsapp_to_html("www.x.co"))
        self.assertNotIn("<a", whatsapp_to_html("`https://x.co`"))

    def test_lines_lists_and_blanks(self):
        for text, html in {
            "a\nb\n\nc": "<p>a<br/>b</p><p>c</p>",
            "a\r\nb": "<p>a<br/>b</p>",
            "\na\n\n\nb\n": "<p>a</p><br/><p>b</p>",
            "a\n- b\nc": "a<ul><li>b</li></ul>c",
            "a\n\n- b\n- c\n\nd": "<p>a</p><ul><li>b</li><li>c</li></ul><p>d</p>",
            "- a\n\n- b": "<ul><li>a</li></ul><br/><ul><li>b</li></ul>",
            "- a\nb\n\nc\n- d": ("<ul><li>a</li></ul>b<br/><br/>c<ul><li>d</li></ul>"),
            "* a\n  - b\n  c": "<ul><li>a<ul><li>b</li></ul>c</li></ul>",
            "3. a\n4. b\n9. c": (
                '<ol start="3"><li>a</li><li>b</li></ol><ol start="9"><li>c</li></ol>'
            ),
            "-a\n- \n>b\n1.c": "<p>-a<br/>-<br/>&gt;b<br/>1.c</p>",
            "a  b": "<p>a &nbsp;b</p>",
            "```a\n*b*```\nc": "<pre>a\n*b*</pre>c",
            "": "",
        }.items():
            with self.subTest(text=text):
                self.assertEqual(whatsapp_to_html(text), html)

    def test_preview_needs_a_scheme(self):
        for text, expected in {
            "https://x.co": True,
            "ver HTTP://x.co": True,
            "www.x.co": False,
            "xhttps://x.co": False,
            "https:// x": False,
        }.items():
            with self.subTest(text=text):
                self.assertIs(has_link(text), expected)

    def test_round_trip(self):
        for seed in SEEDS:
            text = Texts(seed).text()
            with self.subTest(seed=seed, text=text):
                self.assertEqual(html_to_whatsapp(whatsapp_to_html(text)), text)

    def test_any_text_keeps_its_letters_and_becomes_harmless_html(self):
        allowed = {"strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li"}
        for seed in SEEDS:
            text = Texts(seed).noise()
            with self.subTest(seed=seed, text=text):
                html = whatsapp_to_html(text)
                self.assertLessEqual(
                    set(re.findall(r"</?(\w+)", html)), allowed | {"br", "p"}
                )
                shown = unescape(re.sub("<[^>]+>", " ", html))
                self.assertEqual(letters(shown), letters(text))
                again = html_to_whatsapp(html)
                self.assertEqual(letters(again), letters(text))
                self.assertEqual(
                    html_to_whatsapp(whatsapp_to_html(again)), again, "stable"
                )

    def test_long_texts_take_no_time_to_speak_of(self):
        """Each of these would take minutes if the work grew with the square twice."""
        for text in ("*a " * 1400, "> " * 2048, "  " * 2000 + "- a", "`" * 4096):
            html = whatsapp_to_html(text)
            self.assertEqual(letters(html_to_whatsapp(html)), letters(text))
