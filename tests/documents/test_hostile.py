"""Hostile words, addresses and documents: they are printed as they stand, reach nothing, and stop nobody else."""

import json
import os
import resource
import signal
import subprocess
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.template import Engine
from django.utils import timezone
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError

from documents import archive, pipeline, render_child
from documents.lettering import legible
from documents.models import Document, State, Trouble
from documents.render_child import RenderLimit, render_limited
from documents.rendering import PinnedFetcher, RenderError, render
from tests.documents.office import Office, again
from tests.documents.papers import CODE, facts_of, flat, text_of

SECRET = "passwd-like secret of this machine"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


# --- nothing but the pinned fonts is ever read ----------------------------------------------------------------------

REACHING = {
    "an image by file address": '<img src="file://{path}">',
    "an image by path": '<img src="{path}">',
    "an image of the net": '<img src="http://127.0.0.1:9/x.png">',
    "an image in the address itself": '<img src="data:image/png;base64,iVBORw0KGgo=">',
    "an object": '<object data="file://{path}"></object>',
    "an embedded thing": '<embed src="file://{path}">',
    "a style sheet": '<link rel="stylesheet" href="file://{path}">',
    "an attachment": '<link rel="attachment" href="file://{path}">',
    "an import of styles": '<style>@import url("file://{path}");</style>',
    "a background": '<style>body {{ background: url("file://{path}") }}</style>',
    "a list mark": '<style>li {{ list-style-image: url("http://127.0.0.1:9/") }}</style><ul><li>x</ul>',
    "generated content": '<style>p::before {{ content: url("file://{path}") }}</style><p>x</p>',
    "a font": '<style>@font-face {{ font-family: X; src: url("file://{path}") }} p {{ font: 9px X }}</style><p>x',
    "another font by our own scheme": (
        '<style>@font-face {{ font-family: X; src: url("pinned:../../../{path}") }} p {{ font: 9px X }}</style><p>x'
    ),
    "a picture in a drawing": '<svg viewBox="0 0 9 9"><image href="file://{path}" width="9" height="9"/></svg>',
    "a reference in a drawing": '<svg xmlns="http://www.w3.org/2000/svg"><use href="file://{path}#a"/></svg>',
    "an attachment of an anchor": '<a rel="attachment" href="file://{path}">x</a>',
}


@pytest.mark.parametrize("name", REACHING)
def test_a_page_reaches_nothing_but_the_pinned_fonts(name: str, secret: Path) -> None:
    page = REACHING[name].format(path=secret)
    made = b""
    with suppress(FatalURLFetchingError):
        made = HTML(string=page, base_url="pinned:", url_fetcher=PinnedFetcher()).write_pdf()
    assert SECRET.encode() not in made
    if made:  # drawn without it: nothing was attached, and no picture came in
        with pypdf.PdfReader(BytesIO(made)) as reader:
            assert dict(reader.attachments) == {}
            assert [list(sheet.images) for sheet in reader.pages] == [[] for _sheet in reader.pages]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "https://example.com/x.ttf",
        "ftp://example.com/",
        "data:font/ttf;base64,AAAA",
        "pinned:../rendering.py",
        "pinned:CongMinhSerif-Regular.ttf?x",
        "PINNED:CongMinhSerif-Regular.ttf",
        "//etc/passwd",
        "",
    ],
)
def test_every_other_address_fails_the_whole_render(address: str) -> None:
    with pytest.raises(FatalURLFetchingError, match="not allowed"):
        PinnedFetcher().fetch(address)


def test_a_style_of_ours_that_reached_out_would_fail_too(secret: Path) -> None:
    with pytest.raises(FatalURLFetchingError):
        CSS(string=f'@import url("file://{secret}");', url_fetcher=PinnedFetcher())


# --- words are printed as they stand --------------------------------------------------------------------------------

WORDS = {
    "markup": "<script>alert(1)</script><img src=x onerror=y><b>đậm</b> &lt; &amp;",
    "a template": "{{ facts.secret }} {% include 'x' %} {# lời #} ${{7*7}} #{7*7}",
    "an Excel formula": '=HYPERLINK("http://x",1) +1 -1 @SUM(A1)',
    "styles": "</style><style>*{display:none}</style> url(file:///etc/passwd)",
    "a closing of everything": "--></p></td></tr></table></body></html>",
}


@pytest.mark.parametrize("name", WORDS)
def test_hostile_words_stand_on_the_paper_letter_by_letter(name: str, tmp_path: Path) -> None:
    pdf = render_limited("council_minutes", facts_of("council_minutes", venue=WORDS[name]), code=CODE)
    assert "".join(WORDS[name].split()) in "".join(text_of(tmp_path / "a.pdf", pdf, "-layout").split())


def test_characters_that_turn_or_hide_words_are_taken_out(tmp_path: Path) -> None:
    hidden = "Phòng\u202e gnort\u202c \u2066số\u2069\u200b 2\x00\x1b[31m\x07"
    pdf = render_limited("council_minutes", facts_of("council_minutes", venue=hidden), code=CODE)
    text = text_of(tmp_path / "a.pdf", pdf)
    assert "Phòng gnort số 2[31m" in flat(text)
    assert not set(text) & set("\u202e\u202c\u2066\u2069\u200b\x00\x1b\x07")
    assert legible(hidden) == "Phòng gnort số 2[31m"


def test_emoji_and_letters_without_a_face_do_not_bring_in_another_font(tmp_path: Path) -> None:
    facts = facts_of("council_minutes", venue="Phòng 😀 漢字 \U0001f3f4 \ue000")
    path = tmp_path / "a.pdf"
    path.write_bytes(render_limited("council_minutes", facts, code=CODE))
    told = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert told
    assert [line for line in told if "Cong-Minh-Serif" not in line and "CongMinhSerif" not in line] == []


def test_a_very_long_word_stays_on_its_page(tmp_path: Path) -> None:
    pdf = render_limited("council_minutes", facts_of("council_minutes", venue="W" * 3000), code=CODE)
    text = text_of(tmp_path / "a.pdf", pdf, "-x", "0", "-y", "0", "-W", "595", "-H", "842")
    assert text.count("W") >= 3000


def test_four_thousand_letters_in_every_opinion_are_drawn_within_the_limits() -> None:
    facts = facts_of("council_minutes")
    longest = "Ý kiến rất dài của một người. " * 133

    def grown(value):
        if isinstance(value, dict):
            return {key: longest if key in ("text", "opinion") else grown(item) for key, item in value.items()}
        return [grown(item) for item in value] if isinstance(value, list) else value

    assert render_limited("council_minutes", grown(facts), code=CODE).startswith(b"%PDF-")


def test_no_template_has_a_word_that_is_not_escaped() -> None:
    folder = Path(render_child.__file__).parent / "templates" / "documents"
    found = [
        path.name
        for path in sorted(folder.glob("*.html"))
        if "|safe" in path.read_text("utf-8") or "autoescape off" in path.read_text("utf-8")
    ]
    assert found == []
    assert Engine(dirs=[str(folder)]).autoescape


# --- the child that draws -------------------------------------------------------------------------------------------


def test_the_child_draws_the_same_bytes_and_stays_for_the_next_document() -> None:
    facts = facts_of("notice")
    made = render_limited("notice", facts, code=CODE)
    first = render_child._child.process.pid
    assert made == render("notice", facts, code=CODE) == render_limited("notice", facts, code=CODE)
    assert render_child._child.process.pid == first


def test_a_refusal_keeps_the_child_and_says_why() -> None:
    render_limited("notice", facts_of("notice"), code=CODE)
    child = render_child._child.process.pid
    with pytest.raises(RenderError, match="no_such_template") as refused:
        render_limited("no_such_template", {}, code=CODE)
    assert not isinstance(refused.value, RenderLimit)
    assert render_child._child.process.pid == child


def test_a_killed_child_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    render_limited("notice", facts_of("notice"), code=CODE)
    child = render_child._child
    child.process.send_signal(signal.SIGSTOP)
    killer = render_child.threading.Timer(0.3, child.process.kill)
    killer.start()
    with pytest.raises(RenderLimit, match="exit code -9"):
        render_limited("notice", facts_of("notice"), code=CODE)
    assert f"render.child_died code={CODE}" in caplog.text
    assert render_limited("notice", facts_of("notice"), code=CODE).startswith(b"%PDF-")


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    render_limited("notice", facts_of("notice"), code=CODE)
    monkeypatch.setattr(render_child, "WALL_SECONDS", 0.3)
    render_child._child.process.send_signal(signal.SIGSTOP)
    with pytest.raises(RenderLimit, match="time"):
        render_limited("notice", facts_of("notice"), code=CODE)


def test_a_document_that_takes_too_much_memory_ends_its_child_only() -> None:
    render_limited("notice", facts_of("notice"), code=CODE)
    child = render_child._child.process.pid
    held = int(Path(f"/proc/{child}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(child, resource.RLIMIT_AS, (held, render_child.MEMORY))
    with pytest.raises(RenderError):
        render_limited("council_minutes", facts_of("council_minutes", venue="x " * 5_000_000), code=CODE)
    assert render_limited("notice", facts_of("notice"), code=CODE).startswith(b"%PDF-")


def test_the_child_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the child")
    monkeypatch.setenv("DATABASE_URL", "postgres://not-for-the-child")
    render_child._end()
    render_limited("notice", facts_of("notice"), code=CODE)
    told = Path(f"/proc/{render_child._child.process.pid}/environ").read_bytes()
    assert b"not-for-the-child" not in told
    assert b"not for the child" not in told
    limits = Path(f"/proc/{render_child._child.process.pid}/limits").read_text()
    assert str(render_child.MEMORY) in limits


# --- a poison document ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_poison_document_backs_off_with_an_alarm_and_lets_the_others_flow(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys
) -> None:
    poison = office.request("notice")
    others = [office.request("notice") for _each in range(3)]
    real = render_limited

    def kills_its_child(template, facts, *, code):
        if code == poison.code:
            render_limited("notice", facts_of("notice"), code=CODE)
            os.kill(render_child._child.process.pid, signal.SIGSTOP)
            monkeypatch.setattr(render_child, "WALL_SECONDS", 0.2)
        try:
            return real(template, facts, code=code)
        finally:
            monkeypatch.setattr(render_child, "WALL_SECONDS", 50.0)

    monkeypatch.setattr(pipeline, "render", kills_its_child)
    before = timezone.now()
    for each in (poison, *others):
        pipeline.advance(each.pk)
    row = again(poison)
    assert (row.state, row.last_error, row.attempts) == (State.REQUESTED, Trouble.NOT_RENDERED, 1)
    assert row.next_attempt_at >= before + timedelta(seconds=2)
    assert {again(each).state for each in others} == {State.AWAITING_SIGNATURE}
    assert "pipeline.postponed" in caplog.text
    assert "render.child_died" in caplog.text

    for _attempt in range(4):
        before = timezone.now()
        Document.objects.filter(pk=poison.pk).update(next_attempt_at=before - timedelta(seconds=1))
        pipeline.advance(poison.pk)
        row = again(poison)
        assert row.next_attempt_at >= before + timedelta(seconds=2**row.attempts)
    assert row.attempts == 5
    with pytest.raises(CommandError, match="1 documents have failed 5 times"):
        call_command("late_documents")
    told = capsys.readouterr().out
    assert f"{poison.code}  notice  requested  5  not_rendered" in told
    assert json.dumps(poison.facts.get("person", "-")) not in told

    monkeypatch.setattr(pipeline, "render", real)
    Document.objects.filter(pk=poison.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    pipeline.advance(poison.pk)
    assert again(poison).state == State.AWAITING_SIGNATURE
    call_command("late_documents")


@pytest.mark.django_db
def test_a_damaged_file_that_only_a_signer_would_meet_raises_the_alarm_until_it_is_restored(
    office: Office, capsys
) -> None:
    document = office.bring(office.request("notice"), State.AWAITING_SIGNATURE)
    stored = archive.path_of(document.current_sha256)
    hidden = stored.rename(stored.with_suffix(".away"))
    assert not office.sign(document, "head").ok
    with pytest.raises(CommandError, match="1 documents cannot be signed"):
        call_command("late_documents")
    assert f"{document.code}  notice  awaiting_signature  0  file_damaged  -" in capsys.readouterr().out
    hidden.rename(stored)
    assert office.sign(document, "head").ok
    call_command("late_documents")
    assert capsys.readouterr().out == ""
