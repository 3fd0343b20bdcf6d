"""Charts as server-side SVG with presentation attributes only, so that one drawing serves page and PDF."""

from collections.abc import Sequence

from django import template

from workflows.templatetags.look import class_tone, class_words

register = template.Library()

WIDTH, TOP, FLOOR, HEIGHT = 360, 22, 148, 176
BAR, GAP = 28, 4
BEFORE_FILL = "#c3cad6"
FILLS = {"excellent": "#0d6b3a", "good": "#0b57ad", "met": "#b57a12", "unmet": "#a61b1b", "none": "#526071"}


def _bar(left: int, count: int, most: int, fill: str, strong: bool) -> dict:
    height = round((FLOOR - TOP) * count / most) if most else 0
    return {
        "x": left,
        "y": FLOOR - height,
        "width": BAR,
        "height": height,
        "fill": fill,
        "count": count,
        "middle": left + BAR // 2,
        "label_y": FLOOR - height - 6,
        "weight": 700 if strong else 400,
    }


@register.inclusion_tag("workflows/components/distribution_chart.html")
def distribution_chart(
    rows: Sequence[tuple[str, int, int | None]], caption: str, before: str = "", after: str = ""
) -> dict:
    """Bars per class. `rows` are (class code, count before, count after or None for one series); counts are people.

    `before` and `after` name the two series in the legend.
    """
    counts = [count for _code, *pair in rows for count in pair if count is not None]
    most = max(counts, default=0)
    step = WIDTH // max(len(rows), 1)
    groups = []
    for index, (code, first, second) in enumerate(rows):
        middle = step * index + step // 2
        fill = FILLS[class_tone(code)]
        if second is None:
            bars = [_bar(middle - BAR // 2, first, most, fill, True)]
        else:
            bars = [
                _bar(middle - BAR - GAP // 2, first, most, BEFORE_FILL, False),
                _bar(middle + GAP // 2, second, most, fill, True),
            ]
        groups.append(
            {
                "code": code,
                "label": class_words(code, "short"),
                "words": class_words(code),
                "middle": middle,
                "bars": bars,
                "first": first,
                "second": second,
            }
        )
    return {
        "groups": groups,
        "caption": caption,
        "before": before,
        "after": after,
        "paired": any(second is not None for _code, _first, second in rows),
        "width": WIDTH,
        "height": HEIGHT,
        "floor": FLOOR,
        "label_y": FLOOR + 20,
        "before_fill": BEFORE_FILL,
        "after_fill": FILLS["good"],
    }
