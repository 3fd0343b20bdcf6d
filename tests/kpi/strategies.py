"""Hypothesis strategies for lines, marks and schemes."""

from decimal import Decimal

from hypothesis import strategies as st

from kpi.presets import LOCAL_QUARTER, preset
from kpi.scheme import Scheme, parse_scheme
from kpi.scoring import LINE_KINDS, Leader, Line

BASE = parse_scheme(preset(LOCAL_QUARTER))


def amounts(highest: int = 50) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=0, max_value=highest, places=2)


@st.composite
def lines_of(draw: st.DrawFn, key: str) -> Line:
    failed, delays = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    return Line(
        key=key,
        k=draw(amounts(20)),
        assigned=draw(amounts()),
        done=draw(st.none() | amounts()),
        kind=draw(st.sampled_from(LINE_KINDS)),
        month=draw(st.integers(1, 3)),
        failed_reviews=failed,
        failed_reviews_waived=draw(st.integers(0, failed)),
        delays=delays,
        delays_waived=draw(st.integers(0, delays)),
    )


@st.composite
def many_lines(draw: st.DrawFn) -> list[Line]:
    return [draw(lines_of(str(number))) for number in range(draw(st.integers(0, 6)))]


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    return BASE.with_policies(
        cap=draw(st.sampled_from(["each ratio", "seventy points", "none"])),
        deduction=draw(st.sampled_from(["line", "unit"])),
        surplus=draw(st.sampled_from(["counts", "up to assigned"])),
        period_basis=draw(st.sampled_from(["pooled", "mean of months"])),
    )


@st.composite
def marks(draw: st.DrawFn) -> dict[str, Decimal | None]:
    return {
        item.code: draw(st.none() | st.decimals(min_value=0, max_value=Decimal(str(float(item.maximum))), places=2))
        for item in BASE.items
    }


full_marks = {item.code: item.maximum for item in BASE.items}
percent = st.sampled_from([None, 50, 100])
leaders = st.none() | st.builds(Leader, d=percent, dd=percent, e=percent)
