"""Lines broken for a field: no word is lost, no line is too long, and no text takes the server's time."""

import time
from itertools import pairwise

import pytest

from documents.lettering import CONTINUED, FIELD_LIMIT, broken, face, text_box

WIDTH, SIZE = 400.0, 11.0


@pytest.mark.parametrize("text", ["-" * FIELD_LIMIT, "https://" + "vi.du/" * 600, "W" * 1999 + "\n" + "i" * 2000])
def test_thousands_of_letters_without_a_space_are_laid_out_at_once(text):
    began = time.process_time()
    drawn = text_box(text, style="Regular", size=13, width=WIDTH, height=80, lines=True)
    assert time.process_time() - began < 3  # letter by letter from the end it was 24 seconds
    assert drawn.text.endswith(CONTINUED)


def test_a_word_longer_than_a_line_is_cut_where_the_line_is_full():
    word = "https://dichvucong.vidu.vn/" + "tra-cuu/" * 40
    lines = broken(f"Xem {word} nhé", "Regular", SIZE, WIDTH)
    assert lines[0] == "Xem"
    assert "".join(lines[1:]).removesuffix(" nhé") == word
    letters = face("Regular")
    for line, following in pairwise(lines[1:]):
        assert letters.width(line, SIZE) <= WIDTH < letters.width(line + following[0], SIZE)


def test_ordinary_words_stay_whole():
    text = "Hoàn thành tốt nhiệm vụ được giao trong quý, phối hợp chặt chẽ với các đơn vị. " * 5
    lines = broken(text, "Regular", SIZE, WIDTH)
    assert " ".join(lines) == " ".join(text.split())
    assert broken("Một\n\nHai", "Regular", SIZE, WIDTH) == ["Một", "", "Hai"]
