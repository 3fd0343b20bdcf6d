import pytest

from kpi.wording import cited


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("Điều 20.4.b Nghị định 335/2025/NĐ-CP", "điểm b khoản 4 Điều 20 Nghị định 335/2025/NĐ-CP"),
        ("Điều 20.4, 11.3 Nghị định 335/2025/NĐ-CP", "khoản 4 Điều 20, khoản 3 Điều 11 Nghị định 335/2025/NĐ-CP"),
        ("Điều 26.1.đ", "điểm đ khoản 1 Điều 26"),
        ("Điều 16, 18 Nghị định 335/2025/NĐ-CP", "Điều 16, 18 Nghị định 335/2025/NĐ-CP"),
    ],
)
def test_an_article_is_cited_by_point_clause_and_article(basis, words):
    assert cited(basis) == words
