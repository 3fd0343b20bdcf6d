"""Every kind of document as Vietnamese administration prints it: Decree 30/2020, Annex I, read out of the PDF."""

import hashlib
import json
import os
import re
import subprocess
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest

from documents.kinds import KINDS
from documents.rendering import TEXT_FIELDS, render
from documents.samples import facts_of
from documents.samples.minutes import council_minutes
from documents.samples.people import LONG_AGENCY, LONG_NAME
from tests.documents.measuring import CODE, fields, line_of, rules, runs, sample, width_of, words
from tests.documents.papers import flat, pdfa_faults, text_of

CODES = [kind.code for kind in KINDS]
KIND = {kind.code: kind for kind in KINDS}
ACROSS = {"synthesis_table"}
OF_THE_PARTY = {"party_opinion"}
OF_THE_STATE = [code for code in CODES if code not in OF_THE_PARTY]
FORMS = {"form_01", "form_02"}  # their blocks are the decree's own, their names filled by the signer
WITH_SUBJECT = [code for code in CODES if code not in FORMS]
NUMBERED = [kind.code for kind in KINDS if kind.numbered]
SEALED = [kind.code for kind in KINDS if kind.sealed]
LONG_LISTS = [
    "ballot_minutes",
    "council_minutes",
    "decision",
    "organisation_decision",
    "party_opinion",
    "public_notice",
    "replacing_decision",
    "signing_list",
    "synthesis_table",
]
PAGE_TOP, BODY_TOP, BODY_BOTTOM = 20, 20, 297 - 24
LEFT, WIDTH = 30, 210 - 30 - 17


def sheet(code):
    """Width and height of the kind's pages in millimetres."""
    return (297, 210) if code in ACROSS else (210, 297)


def signers_of(code):
    """The printed signature blocks of the sample, by role."""
    return facts_of(code)["signers"]


@pytest.mark.parametrize("code", CODES)
def test_pages_are_a4_and_only_a_wide_table_lies_across(code):
    for page in pypdf.PdfReader(BytesIO(sample(code))).pages:
        size = [float(side) / 72 * 25.4 for side in page.mediabox[2:]]
        assert size == pytest.approx(sheet(code), abs=0.1)


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_printed_outside_the_margins_of_the_decree(code):
    wide, high = sheet(code)
    for word in words(sample(code)):
        assert word.left > 30 - 0.5, word
        assert word.right < wide - 15, word
        assert word.bottom < high, word
        assert word.top > 20 - 1 or word.text == str(word.page), word


@pytest.mark.parametrize("code", CODES)
def test_the_page_number_is_arabic_centred_in_the_top_margin_and_hidden_on_the_first(code):
    pdf = sample(code)
    above = [word for word in words(pdf) if word.bottom < 20]
    pages = max(word.page for word in words(pdf))
    assert [word.text for word in above] == [str(page) for page in range(2, pages + 1)]
    for word in above:
        assert (word.left + word.right) / 2 == pytest.approx((30 + sheet(code)[0] - 17) / 2, abs=0.5)
        (number,) = [run for run in runs(pdf) if run.page == word.page and run.baseline < 20]
        assert 13 <= number.size <= 14


@pytest.mark.parametrize("code", OF_THE_STATE)
def test_the_head_has_the_letters_of_the_decree(code):
    pdf, facts = sample(code), facts_of(code)
    state = line_of(pdf, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = line_of(pdf, "Độc lập - Tự do - Hạnh phúc")
    agency = line_of(pdf, facts["agency"].upper())
    assert 12 <= state.size <= 13
    assert state.bold
    assert 13 <= motto.size <= 14
    assert motto.bold
    assert 12 <= agency.size <= 13
    assert agency.bold
    if facts["parent_agency"]:
        parent = line_of(pdf, facts["parent_agency"].upper())
        assert 12 <= parent.size <= 13
        assert not parent.bold
        assert parent.baseline < agency.baseline
    assert agency.left < motto.left


@pytest.mark.parametrize("code", OF_THE_STATE)
def test_rules_are_as_long_as_the_motto_and_a_third_to_a_half_of_the_agencys_name(code):
    pdf = sample(code)
    motto, agency = line_of(pdf, "Độc lập"), line_of(pdf, facts_of(code)["agency"].upper())
    lines = [rule for rule in rules(pdf) if rule.top < 60]
    under_motto = next(rule for rule in lines if 0 < rule.top - motto.baseline < 4 and rule.left > 90)
    under_agency = next(rule for rule in lines if 0 < rule.top - agency.baseline < 4 and rule.right < 120)
    assert under_motto.right - under_motto.left == pytest.approx(width_of(pdf, motto), abs=1)
    assert 1 / 3 <= (under_agency.right - under_agency.left) / width_of(pdf, agency) <= 1 / 2


def test_a_party_paper_has_the_partys_head_and_no_motto():
    pdf = sample("party_opinion")
    party, state = line_of(pdf, "ĐẢNG CỘNG SẢN VIỆT NAM"), line_of(pdf, "CHI BỘ SỞ NỘI VỤ")
    assert party.bold
    assert state.bold
    assert party.size >= 14
    assert line_of(pdf, "*").baseline > state.baseline
    text = " ".join(run.text for run in runs(pdf))
    assert "Độc lập" not in text
    assert "CỘNG HÒA" not in text


@pytest.mark.parametrize("code", WITH_SUBJECT)
def test_type_and_subject_are_bold_with_a_rule_of_a_third_to_a_half(code):
    pdf = sample(code)
    ordered = [run for run in runs(pdf) if run.page == 1]
    kind = next(run for run in ordered if run.size == 14 and run.bold and run.baseline > 45 and run.text.isupper())
    subject = ordered[ordered.index(kind) + 1]
    assert 13 <= subject.size <= 14
    assert subject.bold
    under = next(rule for rule in rules(pdf) if rule.top > subject.baseline)
    assert under.top - subject.baseline < 14
    shown = [run for run in ordered if subject.baseline <= run.baseline < under.top]
    longest = max(width_of(pdf, run) for run in shown)
    assert 1 / 3 <= (under.right - under.left) / longest <= 1 / 2 + 0.02


@pytest.mark.parametrize("code", WITH_SUBJECT)
def test_paragraphs_are_justified_upright_13_points_with_an_indent_and_space_between(code):
    pdf, right = sample(code), sheet(code)[0] - 17
    body = [run for run in runs(pdf) if run.left == pytest.approx(41, abs=0.2) and run.size == 13 and not run.italic]
    assert body, "no indented paragraph"
    assert all(10 <= run.left - LEFT <= 12.7 for run in body)
    ends = [word.right for word in words(pdf) if word.right > right - 0.6]
    assert len(ends) >= 2  # full lines end at the right margin
    steps = [
        later.baseline - earlier.baseline
        for earlier, later in pairwise(body)
        if later.page == earlier.page and 0 < later.baseline - earlier.baseline < 8.2
    ]
    assert all(step * 72 / 25.4 >= 13 * 1.3 + 6 - 0.1 for step in steps)


@pytest.mark.parametrize("code", WITH_SUBJECT)
def test_signature_blocks_and_recipients_have_the_letters_of_the_decree(code):
    pdf = sample(code)
    for role, block in signers_of(code).items():
        wanted = [block["authority"], block["name"]] + ([] if role.startswith("teller_") else [block["title"]])
        for text in filter(None, wanted):
            printed = [run for run in runs(pdf) if run.text == text or text.startswith(run.text)]
            assert any(13 <= run.size <= 14 and run.bold and not run.italic for run in printed), text
    last = max(run.page for run in runs(pdf) if run.text == "Nơi nhận:")
    caption = line_of(pdf, "Nơi nhận:", page=last)
    first = line_of(pdf, f"- {facts_of(code)['recipients'][0]}"[:20], page=last)
    assert (caption.size, caption.bold, caption.italic) == (12, True, True)
    assert (first.size, first.bold, first.italic) == (11, False, False)


@pytest.mark.parametrize("code", NUMBERED)
def test_number_and_date_have_their_reserved_place_in_the_head_and_their_letters(code):
    places, pdf = fields(sample(code)), sample(code)
    motto, agency = line_of(pdf, "Độc lập"), line_of(pdf, facts_of(code)["agency"].upper())
    number, issued = places["number"], places["issued_on"]
    assert (number.page, issued.page) == (1, 1)
    assert agency.baseline < number.top < number.bottom < agency.baseline + 20
    assert motto.baseline < issued.top < issued.bottom < motto.baseline + 30
    assert number.right < issued.left
    assert min(number.right - number.left, issued.right - issued.left) > 60
    assert [word for word in words(pdf) if word.page == 1 and number.top + 1 < word.bottom < number.bottom] == []
    assert number.top == pytest.approx(issued.top, abs=0.1)
    assert (TEXT_FIELDS["number"].size, TEXT_FIELDS["number"].style) == (13, "Regular")
    assert (TEXT_FIELDS["issued_on"].size, TEXT_FIELDS["issued_on"].style) == (13, "Italic")


@pytest.mark.parametrize(
    "code", [kind.code for kind in KINDS if not kind.numbered and kind.code != "archive_transfer"]
)
def test_a_dateline_is_italic_and_pads_days_and_only_the_first_two_months(code):
    for day, printed in (("2026-02-05", "ngày 05 tháng 02 năm 2026"), ("2026-06-15", "ngày 15 tháng 6 năm 2026")):
        facts = facts_of(code, signed_on=day) | {"verify_url": ""}
        line = next(run for run in runs(render(code, facts, code=CODE)) if printed in run.text)
        assert line.text.startswith("Hải Vân, ")
        assert line.italic
        assert 13 <= line.size <= 14


@pytest.mark.parametrize("code", CODES)
def test_numbers_have_a_decimal_comma_only(code):
    text = " ".join(run.text for run in runs(sample(code)))
    assert re.findall(r"(?<![\w./-])\d+\.\d+(?![\w.])", text) == []


@pytest.mark.parametrize("code", SEALED)
def test_the_seal_covers_a_third_of_the_signature_on_its_left(code):
    places = fields(sample(code))
    seal = places["seal"]
    assert (seal.right - seal.left, seal.bottom - seal.top) == pytest.approx((36, 36), abs=0.1)
    beside = [
        place
        for name, place in places.items()
        if name.startswith("sig.")
        and place.page == seal.page
        and seal.left < place.left < seal.right
        and seal.top < place.top < seal.bottom
    ]
    (signature,) = beside
    assert 0.3 < (seal.right - signature.left) / (signature.right - signature.left) < 0.4
    assert seal.right < sheet(code)[0] - 15


@pytest.mark.parametrize("code", CODES)
def test_places_of_signatures_do_not_cover_words_or_each_other(code):
    pdf = sample(code)
    places = [place for name, place in fields(pdf).items() if name.startswith("sig.")]
    for number, place in enumerate(places):
        for other in [*places[number + 1 :], *words(pdf)]:
            apart = (
                other.page != place.page
                or other.right <= place.left + 0.5
                or other.left >= place.right - 0.5
                or other.bottom <= place.top + 1
                or other.top >= place.bottom - 1
            )
            assert apart, (place, other)


@pytest.mark.parametrize("code", LONG_LISTS)
@pytest.mark.parametrize("lines", [3, 5, 7, 8, 9, 11])
def test_a_signature_block_never_stands_alone(code, lines):
    pdf = render(code, facts_of(code, lines=lines), code=CODE)
    places = [place for name, place in fields(pdf).items() if name.startswith("sig.")]
    page = min(place.page for place in places)
    assert {place.page for place in places} == {page}
    start = min(run.baseline for run in runs(pdf) if run.page == page and run.text == "Nơi nhận:")
    start = min([start, *(place.top for place in places)]) - 6
    above = {round(run.baseline, 1) for run in runs(pdf) if run.page == page and 20 < run.baseline < start}
    assert len(above) >= 2


@pytest.mark.parametrize("code", LONG_LISTS)
def test_a_table_of_sixty_rows_repeats_its_head_and_keeps_every_row_whole(code):
    pdf = render(code, facts_of(code, lines=60), code=CODE)
    headed = {run.page for run in runs(pdf) if run.text == "TT"}
    rows = [
        (run.page, run.baseline, int(run.text))
        for run in runs(pdf)
        if run.text.isdigit() and run.left < LEFT + 9 and run.baseline > 21
    ]
    numbers = [number for _page, _top, number in rows]
    start = len(numbers) - 60
    assert start >= 0
    assert numbers[start:] == list(range(1, 61))
    assert {page for page, _top, _number in rows[start:]} <= headed
    assert len(headed) >= 3


@pytest.mark.parametrize(("tellers", "names"), [(1, 1), (2, 2), (4, 4), (9, 9)])
def test_one_to_nine_people_sign_on_one_page_without_touching(tellers, names):
    facts = facts_of("ballot_minutes", tellers=tellers)
    pdf = render("ballot_minutes", facts, code=CODE)
    places = {name: place for name, place in fields(pdf).items() if name.startswith("sig.")}
    assert len(places) == names
    assert len({place.page for place in places.values()}) == 1
    rows = sorted(places.values(), key=lambda place: (round(place.top), place.left))
    for one, other in pairwise(rows):
        assert one.right <= other.left + 0.1 or one.bottom < other.top
    page = rows[0].page
    for role, block in facts["signers"].items():
        name = next(run for run in runs(pdf) if run.page == page and run.text == block["name"])
        place = places[f"sig.{role}"]
        assert place.left - 2 < name.left < place.right
        assert place.bottom < name.baseline < place.bottom + 14


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("council_minutes", council_minutes(0, 12, 12)),
        ("ballot_minutes", facts_of("ballot_minutes", tellers=9)),
        ("petition_minutes", facts_of("petition_minutes")),
    ],
)
def test_many_signers_with_long_names_stay_inside_the_body_and_clear_of_each_other(code, facts):
    facts = facts | {"signers": {role: block | {"name": LONG_NAME} for role, block in facts["signers"].items()}}
    pdf = render(code, facts, code=CODE)
    places = [place for name, place in fields(pdf).items() if name.startswith("sig.")]
    assert len({place.page for place in places}) == 1
    page = places[0].page
    assert max(box.right for box in [*places, *words(pdf)] if box.page == page) < LEFT + WIDTH + 0.5
    names = [run.baseline for run in runs(pdf) if run.page == page and LONG_NAME.startswith(run.text)]
    captions = [
        run.baseline for run in runs(pdf) if run.page == page and run.text in ("CHỦ TỌA", "TRƯỞNG BAN KIỂM PHIẾU")
    ]
    above = [name for name in names if name < captions[0]]
    assert above
    assert captions[0] - max(above) > 9


@pytest.mark.parametrize("code", ["organisation_decision", "public_notice", "party_opinion"])
def test_a_year_never_stands_alone_under_a_subject(code):
    texts = [run.text for run in runs(sample(code)) if run.page == 1]
    assert any("năm\N{NO-BREAK SPACE}2026" in text for text in texts)
    assert "2026" not in texts


@pytest.mark.parametrize("code", ["organisation_decision", "council_minutes"])
def test_the_number_of_a_document_is_never_parted_at_the_end_of_a_line(code, tmp_path):
    lines = text_of(tmp_path / "sample.pdf", sample(code)).splitlines()
    assert any("/2025/NĐ-CP" in line for line in lines)
    assert [line for line in lines if re.search(r"\d/\s*$", line)] == []


@pytest.mark.parametrize("code", OF_THE_STATE)
def test_an_agency_with_a_name_of_several_lines_and_a_long_name_of_a_signer_keep_their_places(code):
    facts = facts_of(code, agency=LONG_AGENCY)
    facts["signers"] = {role: block | {"name": LONG_NAME} for role, block in facts["signers"].items()}
    pdf = render(code, facts, code=CODE)
    motto = line_of(pdf, "Độc lập")
    agency = [run for run in runs(pdf) if run.page == 1 and (run.size, run.bold) == (12, True) and run.baseline < 50]
    lines = [run.baseline for run in agency if run.left < motto.left - 20 and "VIỆT NAM" not in run.text]
    assert len(lines) >= 3
    for word in words(pdf):
        assert 30 - 0.5 < word.left < word.right < sheet(code)[0] - 15
    if code in NUMBERED:
        assert fields(pdf)["number"].top > max(lines)
    text = flat(" ".join(run.text for run in runs(pdf)))
    assert LONG_NAME in text


@pytest.mark.parametrize("code", CODES)
def test_the_demo_authority_is_marked_on_every_page_as_without_legal_value(code):
    pages = max(run.page for run in runs(sample(code)))
    marked = {run.page for run in runs(sample(code)) if "không có giá trị pháp lý" in run.text}
    assert marked == set(range(1, pages + 1))
    real = render(code, facts_of(code, practice=False), code=CODE)
    assert not any("giá trị pháp lý" in run.text for run in runs(real))


@pytest.mark.parametrize("code", CODES)
def test_an_unsigned_document_has_the_structure_of_pdf_a(code):
    assert pdfa_faults(sample(code)) == []


def test_the_preview_is_the_unsigned_document_byte_for_byte_in_another_process_too():
    program = (
        "import json, sys, hashlib; from documents.rendering import render; from documents.samples import facts_of;"
        "print(json.dumps({kind: hashlib.sha256(render(kind, facts_of(kind), code=sys.argv[1])).hexdigest()"
        " for kind in sys.argv[2:]}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, CODE, *CODES],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "4711", "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=Path(__file__).parents[2],
    )
    assert json.loads(done.stdout) == {code: hashlib.sha256(sample(code)).hexdigest() for code in CODES}


def test_form_02_has_the_official_parts_in_order(tmp_path):
    text = flat(text_of(tmp_path / "a.pdf", sample("form_02"), "-layout"))
    parts = [
        "PHIẾU XẾP LOẠI CHẤT LƯỢNG CÔNG CHỨC",
        "Họ và tên:",
        "Chức vụ, chức danh:",
        "Đơn vị công tác:",
        "I. TỔNG HỢP KẾT QUẢ THEO DÕI, ĐÁNH GIÁ",
        *(f"Tháng {month} " for month in range(1, 13)),
        "88,89",
        "II. CÔNG CHỨC TỰ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG",
        "Hoàn thành xuất sắc nhiệm vụ",
        "Hoàn thành tốt nhiệm vụ",
        "Hoàn thành nhiệm vụ",
        "Không hoàn thành nhiệm vụ",
        "III. KẾT QUẢ XẾP LOẠI CHẤT LƯỢNG CỦA CẤP CÓ THẨM QUYỀN CÔNG CHỨC",
        "IV. ĐỀ XUẤT PHƯƠNG ÁN XỬ LÝ",
        "Công chức tự xếp loại Cấp có thẩm quyền xếp loại",
        "Điều 20",
        "Điều 23",
    ]
    at = 0
    for part in parts:
        assert part in text[at:], part
        at = text.index(part, at)


def test_form_02_has_four_boxes_to_tick_and_four_that_the_ranker_fills():
    def crosses(choice):
        pdf = render("form_02", facts_of("form_02", self_class=choice), code=CODE)
        return fields(pdf), len(pypdf.PdfReader(BytesIO(pdf)).pages[0].get_contents().get_data())

    places, ticked = crosses("HTT")
    _places, empty = crosses("")
    assert ticked > empty
    boxes = [places[name] for name in ("box_htxs", "box_htt", "box_htnv", "box_khtnv")]
    assert [box.top for box in boxes] == sorted(box.top for box in boxes)
    assert len({round(box.left, 1) for box in boxes}) == 1
    assert all(3.5 < box.right - box.left < 5 for box in boxes)


@pytest.mark.parametrize("missing", ["opinions", "votes", "recused"])
def test_minutes_without_opinions_votes_or_recusals_are_whole(missing):
    facts = facts_of("council_minutes")
    empty = {"opinions": [], "votes": None, "recused": []}[missing]
    for case in facts["cases"]:
        case[missing] = empty
    text = " ".join(run.text for run in runs(render("council_minutes", facts, code=CODE)))
    assert "V. KẾT LUẬN" in text
    assert "None" not in text


def test_a_public_notice_prints_no_score_even_when_the_facts_bring_one():
    facts = facts_of("public_notice")
    facts["people"] = [person | {"score": "88.25", "comment": "chậm"} for person in facts["people"]]
    text = " ".join(run.text for run in runs(render("public_notice", facts, code=CODE)))
    assert "88" not in text.replace(CODE, "")
    assert "Hoàn thành tốt nhiệm vụ" in text


@pytest.mark.parametrize("code", [kind.code for kind in KINDS if any(s.role == "drafter" for s in kind.signers)])
def test_initials_have_small_places_only_where_the_facts_name_them(code):
    assert not {"sig.drafter", "sig.checker"} & set(fields(sample(code)))
    facts = facts_of(code)
    blocks = {role: {"authority": "", "title": "", "name": "Trần Thị Ký"} for role in ("drafter", "checker")}
    pdf = render(code, facts | {"signers": facts["signers"] | blocks}, code=CODE)
    places = fields(pdf)
    for role in blocks:
        place = places[f"sig.{role}"]
        assert place.right - place.left < 20
        assert place.bottom - place.top < 8
        assert place.right < sheet(code)[0] - 15
    assert places["sig.drafter"].bottom < places["sig.checker"].bottom
    assert sum("Trần Thị Ký" in run.text for run in runs(pdf)) == 0
