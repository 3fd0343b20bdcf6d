"""The official layout, page by page: Decree 30/2020, Annex I, and the forms of Decree 335/2025."""

import html
import re
import subprocess

import pytest

from documents.rendering import TEMPLATES as FOLDER
from documents.rendering import render
from documents.templatetags import official
from tests.documents.papers import CODE, TEMPLATES, facts_of, flat, text_of, unsigned, widgets

MM = 72 / 25.4
LEFT, RIGHT = 30 * MM - 1, (210 - 17) * MM + 1  # a point of grace: kerning moves a word's box, not its letters
SEALED = ("council_minutes", "decision", "notice")


def pages_of(tmp_path, pdf):
    """The text of each page."""
    return text_of(tmp_path / "pages.pdf", pdf, "-layout").split("\f")[:-1]


def words_of(tmp_path, pdf):
    """Every word with its page (from 1) and its box in points from the top left."""
    (tmp_path / "words.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "words.pdf", "-"], capture_output=True, text=True, check=True
    )
    words, page = [], 0
    for line in done.stdout.splitlines():
        page += line.strip().startswith("<page")
        found = re.search(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)</word>', line)
        if found:
            words.append((page, *map(float, found.groups()[:4]), html.unescape(found[5])))
    return words


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_page_names_the_document_the_local_rules_and_the_practice(tmp_path, template):
    facts = facts_of(template)
    for page in pages_of(tmp_path, unsigned(template)):
        assert f"Mã văn bản: {CODE}" in flat(page)
        assert facts["local_rule_name"].replace(" ", "") in "".join(page.split())
        assert "Bản thử nghiệm – chữ ký không có giá trị pháp lý" in flat(page)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_real_document_under_the_decree_alone_says_neither(tmp_path, template):
    facts = facts_of(template, local_rule_name="", practice=False)
    text = flat(text_of(tmp_path / "a.pdf", render(template, facts, code=CODE)))
    assert "địa phương:" not in text
    assert "thử nghiệm" not in text


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_page_number_stands_centred_at_the_top_from_page_two(tmp_path, template):
    words = words_of(tmp_path, unsigned(template))
    for page in range(1, max(word[0] for word in words) + 1):
        above = [word for word in words if word[0] == page and word[2] < 18 * MM]
        if page == 1:
            assert above == []
        else:
            (number,) = above
            assert number[5] == str(page)
            assert abs((number[1] + number[3]) / 2 - (30 + 210 - 17) / 2 * MM) < 1


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_leaves_the_margins(tmp_path, template):
    for _page, left, top, right, bottom, word in words_of(tmp_path, unsigned(template)):
        assert left > LEFT, word
        assert right < RIGHT, word
        assert 0 < top < bottom < 297 * MM, word


@pytest.mark.parametrize("template", TEMPLATES)
def test_very_long_words_and_names_are_broken_inside_the_margins(tmp_path, template):
    def longer(value, depth=0):
        if isinstance(value, dict):
            return {key: longer(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [longer(item, depth + 1) for item in value[:3]]
        plain = isinstance(value, str) and depth and not re.fullmatch(r"[\d.]+|\d{4}-.*|[A-Z]{3,5}|", value)
        return f"{value} {'Nguyễnthịkhánhhuyềntrân' * 3}" if plain else value

    facts = facts_of(template)
    facts = facts | {key: longer(facts[key]) for key in facts if key not in ("signers", "recipients")}
    words = words_of(tmp_path, render(template, facts, code=CODE))
    assert any("Nguyễnthịkhánh" in word[5] for word in words)
    assert [word[5] for word in words if word[3] > RIGHT] == []


def test_a_list_of_sixty_repeats_its_head_and_keeps_its_rows_whole(tmp_path):
    pages = pages_of(tmp_path, unsigned("decision"))
    listed = [page for page in pages if "Mức xếp loại" in flat(page) and "Ghi chú" in page]
    assert len(listed) == len(pages) - 1
    assert len(listed) > 2
    numbers = [int(number) for page in listed for number in re.findall(r"^ {0,12}(\d{1,2}) +[^\W\d]", page, re.M)]
    assert numbers == list(range(1, 61))


@pytest.mark.parametrize("count", range(9, 17))
def test_signatures_never_stand_alone_on_a_page(tmp_path, count):
    facts = facts_of("council_minutes")
    pdf = render("council_minutes", facts | {"cases": facts["cases"][:count]}, code=CODE)
    signed = next(page for page in pages_of(tmp_path, pdf) if "CHỦ TỌA" in page)
    assert "THƯ KÝ" in signed
    assert facts["signers"]["chair"]["name"] in signed
    assert "Cuộc họp kết thúc vào 11 giờ 20" in flat(signed)


def test_form_01_has_the_official_parts_in_order(tmp_path):
    text = flat(text_of(tmp_path / "a.pdf", unsigned("form_01"), "-layout"))
    parts = [
        "PHIẾU THEO DÕI, ĐÁNH GIÁ CÔNG CHỨC",
        "(Kỳ theo dõi, đánh giá: Quý III năm 2026)",
        "Họ và tên: Nguyễn Thị Phương Thảo",
        "Chức vụ, chức danh:",
        "Đơn vị công tác:",
        "I. KẾT QUẢ THEO DÕI, ĐÁNH GIÁ THEO TIÊU CHÍ CHUNG",
        "(1) (2) (3) (4)",
        "Ghi rõ kỳ theo dõi là tháng/quý ... năm... .",  # the footnote at the foot of the first page
        "Tổng cộng 30 27,25",
        "II. TỔNG HỢP KẾT QUẢ THEO DÕI, ĐÁNH GIÁ CÔNG CHỨC",
        "1. Điểm tiêu chí chung: 27,25",
        "2. Điểm tiêu chí kết quả thực hiện nhiệm vụ: 62,5",
        "3. Tổng điểm theo dõi, đánh giá công chức: 89,75",
        "4. Ưu điểm:",
        "5. Hạn chế, khuyết điểm:",
        "6. Ý kiến nhận xét của cấp có thẩm quyền theo dõi, đánh giá:",
        "Công chức tự đánh giá Cấp có thẩm quyền theo dõi, đánh giá",
        "(Ký tên, ghi rõ họ tên) (Ký tên, ghi rõ họ tên)",
        "PHỤ LỤC",
    ]
    positions = [text.find(part) for part in parts]
    assert -1 not in positions, parts[positions.index(-1)]
    assert positions == sorted(positions)


def test_what_was_not_scored_stays_empty(tmp_path):
    facts = facts_of("form_01", general_score=None, result_score=None, total_score=None)
    facts["criteria"][0]["lines"][0]["score"] = None
    text = flat(text_of(tmp_path / "a.pdf", render("form_01", facts, code=CODE), "-layout"))
    assert "None" not in text
    assert "1. Điểm tiêu chí chung: 2. Điểm tiêu chí kết quả thực hiện nhiệm vụ: 3. Tổng điểm" in text


def test_a_tracking_notice_without_class_names_none(tmp_path):
    facts = facts_of("notice", class_code="", local_rule_name="")
    text = flat(text_of(tmp_path / "a.pdf", render("notice", facts, code=CODE)))
    assert "xếp loại chất lượng:" not in text
    assert "88 điểm" in text


def test_review_minutes_name_the_form_by_its_hash(tmp_path):
    text = text_of(tmp_path / "a.pdf", unsigned("review_minutes"))
    assert facts_of("review_minutes")["form"]["sha256"] in "".join(text.split())


def test_a_review_without_changes_says_so(tmp_path):
    pdf = render("review_minutes", facts_of("review_minutes", adjustments=[], waivers=[]), code=CODE)
    assert "không điều chỉnh" in flat(text_of(tmp_path / "a.pdf", pdf))


@pytest.mark.parametrize("template", TEMPLATES)
def test_people_sign_where_their_role_says_left_or_right(template):
    boxes = {name: field.Rect for name, field in widgets(unsigned(template)).items() if name.startswith("sig.")}
    middle = (30 + 210 - 17) / 2 * MM
    for name, box in boxes.items():
        left = name in ("sig.person", "sig.secretary")
        assert (float(box[2]) < middle) if left else (float(box[0]) > middle), name


@pytest.mark.parametrize("template", SEALED)
def test_the_seal_is_of_real_size_and_covers_a_third_of_the_signature_on_its_left(template):
    found = widgets(unsigned(template))
    seal = [float(side) for side in found["seal"].Rect]
    head = [float(side) for side in found["sig.chair" if template == "council_minutes" else "sig.head"].Rect]
    assert seal[2] - seal[0] == pytest.approx(36 * MM, abs=0.1)
    assert seal[0] < head[0]
    assert 0.3 < (seal[2] - head[0]) / (head[2] - head[0]) < 0.4
    assert seal[1] < head[1] < head[3] < seal[3]


@pytest.mark.parametrize("template", SEALED)
def test_number_and_date_have_their_places_in_the_head_of_page_one(template):
    found = widgets(unsigned(template))
    first = found["file"].pages[0].objgen
    for name in ("number", "issued_on"):
        assert found[name].P.objgen == first
        assert float(found[name].Rect[1]) > 842 - 60 * MM
    assert float(found["number"].Rect[2]) < float(found["issued_on"].Rect[0])


def test_the_capacity_of_a_deputy_stands_above_the_title(tmp_path):
    text = flat(text_of(tmp_path / "a.pdf", unsigned("decision")))
    assert "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Phạm Minh Khôi" in text


def test_recipients_are_listed_with_semicolons_and_a_full_stop(tmp_path):
    text = flat(text_of(tmp_path / "a.pdf", unsigned("decision"), "-raw"))
    assert "Nơi nhận: - Như Điều 3; - Sở Nội vụ (để báo cáo); - Lưu: VT, TCCB." in text


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_fact_is_explained_at_the_top_of_its_template(template):
    sources = [(FOLDER / f"{name}.html").read_text("utf-8") for name in ("base", template)]
    told = " ".join(re.search(r"{% comment %}(.*?){% endcomment %}", source, re.S)[1] for source in sources)

    def keys(value):
        if isinstance(value, dict):
            yield from value
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from keys(item)

    assert {key for key in keys(facts_of(template)) if not re.search(rf"\b{key}\b", told)} == set()


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("2.5", "2,5"),
        ("10", "10"),
        ("88.00", "88"),
        ("89.995", "89,995"),
        ("0", "0"),
        (None, ""),
        ("", ""),
        (3, "3"),
        ("đột xuất", "đột xuất"),
    ],
)
def test_scores_have_a_decimal_comma_and_no_needless_zeros(value, printed):
    assert official.points(value) == printed


def test_the_address_for_checking_is_printed_and_drawn_with_the_documents_own_code(tmp_path):
    url = "https://congminh.example/v/{code}"
    with_code = render("notice", facts_of("notice", verify_url=url), code=CODE)
    text = flat(text_of(tmp_path / "a.pdf", with_code))
    assert f"Kiểm tra tại: https://congminh.example/v/{CODE}" in text
    without = text_of(tmp_path / "b.pdf", render("notice", facts_of("notice", verify_url=""), code=CODE))
    assert "Kiểm tra tại" not in without


def test_days_hours_and_the_first_two_months_take_a_zero():
    assert official.date_words("2026-02-05T08:05:00+07:00") == "ngày 05 tháng 02 năm 2026"
    assert official.date_words("2026-06-15") == "ngày 15 tháng 6 năm 2026"
    assert official.time_words("2026-02-05T08:05:00+07:00") == "08 giờ 05"
    assert official.short_date("2026-02-05") == "05/02/2026"
    assert official.two_digits(7) == "07"
    assert official.class_words("HTXS") == "Hoàn thành xuất sắc nhiệm vụ"
