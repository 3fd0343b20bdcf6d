"""Facts become the same PDF/A-3u bytes every time, and hostile facts become harmless text."""

import json
import os
import subprocess
import sys
import unicodedata
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.template import Engine
from fontTools.ttLib import TTFont
from weasyprint.urls import FatalURLFetchingError

from documents import rendering
from documents.lettering import FONTS, STYLES, legible
from documents.rendering import PinnedFetcher, RenderError, render
from tests.documents.papers import CODE, TEMPLATES, facts_of, flat, pdfa_faults, text_of, unsigned, widgets

VIETNAMESE = "".join(
    unicodedata.normalize("NFC", base + tone)
    for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_same_facts_give_the_same_bytes(template):
    assert render(template, facts_of(template), code=CODE) == unsigned(template)


def test_another_process_gives_the_same_bytes():
    program = (
        "import json, sys, hashlib; from documents.rendering import render;"
        "print(hashlib.sha256(render('notice', json.load(sys.stdin), code=sys.argv[1])).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program, CODE],
        input=json.dumps(facts_of("notice")),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == sha256(unsigned("notice")).hexdigest()


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_unsigned_document_has_what_pdf_a_3u_asks(template):
    assert pdfa_faults(unsigned(template)) == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_facts_are_attached_as_they_were_given(template):
    with pikepdf.open(BytesIO(unsigned(template))) as document:
        attached = document.attachments["facts.json"].get_file().read_bytes()
    assert json.loads(attached) == facts_of(template)


def test_fields_are_where_the_page_says_and_no_page_element_is_a_link_target():
    found = widgets(unsigned("council_minutes"))
    assert set(found) - {"file"} == {"number", "issued_on", "sig.secretary", "sig.chair", "seal", "timestamp"}
    assert "/Dests" not in found["file"].Root.get("/Names", {})
    left, bottom, right, top = (float(side) for side in found["sig.chair"].Rect)
    assert 297 < left < right < 595
    assert 0 < bottom < top < 842
    assert [str(name) for name in found["seal"].Lock.Fields] == ["number", "issued_on"]


def test_form_01_locks_the_comment_with_the_reviewers_signature():
    found = widgets(unsigned("form_01"))
    assert [str(name) for name in found["sig.reviewer"].Lock.Fields] == [
        "reviewer_comment",
        "reviewed_on",
        "reviewer_name",
        "listed_in",
    ]
    assert "/Lock" not in found["sig.person"]


@pytest.mark.parametrize("style", STYLES)
def test_the_pinned_faces_draw_every_vietnamese_letter_composed_and_decomposed(style):
    font = TTFont(FONTS / f"CongMinhSerif-{style}.ttf")
    known = font.getBestCmap()
    letters = VIETNAMESE + unicodedata.normalize("NFD", VIETNAMESE) + "đĐ₫–—“”‘’…•□"
    assert [letter for letter in letters if ord(letter) not in known] == []
    assert not {"fpgm", "prep", "cvt "} & set(font.keys())
    assert font["name"].getDebugName(1) == "Cong Minh Serif"
    assert all("liberation" not in str(font["name"].getDebugName(number)).lower() for number in (1, 4, 6))


def test_decomposed_letters_are_printed_composed(tmp_path):
    name = unicodedata.normalize("NFD", "Nguyễn Thị Phương Thảo Ở Đậu")
    facts = facts_of("notice", person={"name": name, "position": "Chuyên viên", "unit": "Văn phòng"})
    text = text_of(tmp_path / "a.pdf", render("notice", facts, code=CODE))
    assert "Nguyễn Thị Phương Thảo Ở Đậu" in flat(text)


def test_markup_in_a_fact_is_printed_as_text(tmp_path):
    comment = '<img src="http://example.invalid/x.png"><style>* {display: none}</style> {{ code }} & <b>đậm</b>'
    pdf = render("review_minutes", facts_of("review_minutes", comment=comment), code=CODE)
    printed = text_of(tmp_path / "a.pdf", pdf, "-raw")
    assert "".join(comment.split()) in "".join(printed.split())


def test_control_and_bidi_characters_are_dropped_and_unknown_letters_shown():
    assert legible("a\x00b\x1bc\u202ed\u2066e\u200bf\ufeffg") == "abcdefg"
    assert legible("dòng một\r\ndòng\thai\u2028ba") == "dòng một\ndòng hai ba"
    assert legible("được 😀 中") == "được □ □"


def test_a_text_is_printed_up_to_4000_characters(tmp_path):
    facts = facts_of("review_minutes", comment="chữ " * 999 + "cuối" + " thừa" * 50)
    text = text_of(tmp_path / "a.pdf", render("review_minutes", facts, code=CODE))
    assert "chữ cuối" in flat(text)
    assert "thừa" not in text


def test_a_missing_fact_fails_the_render_and_is_named():
    facts = facts_of("notice")
    del facts["total_score"]
    with pytest.raises(RenderError, match="total_score"):
        render("notice", facts, code=CODE)


@pytest.mark.parametrize("template", ["no_such", "../settings", "base.html"])
def test_an_unknown_template_is_refused(template):
    with pytest.raises(RenderError):
        render(template, {}, code=CODE)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1/", "data:text/plain,x", "pinned:../settings.py", "pinned:x.ttf"]
)
def test_the_fetcher_serves_nothing_but_the_pinned_faces(url):
    with pytest.raises(FatalURLFetchingError):
        PinnedFetcher().fetch(url)


@pytest.mark.parametrize(
    "evil",
    [
        '<img src="file:///etc/passwd">',
        '<style>@import url("http://example.invalid/x.css");</style>',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<p style="background: url(data:image/png;base64,AAAA)">x</p>',
    ],
)
def test_a_page_that_asks_for_anything_else_fails_whole(evil, monkeypatch):
    class Page:
        def get_template(self, name):
            return Engine().from_string(evil)

    monkeypatch.setattr(rendering, "_engine", Page)
    with pytest.raises(RenderError, match="not allowed"):
        render("notice", {}, code=CODE)
