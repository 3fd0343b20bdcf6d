"""Vietnamese personal names: normal form and a sort key that orders the same on every database."""

import re
import unicodedata

# Alphabet a ă â b c d đ e ê ... and tones in dictionary order: level, grave, hook, tilde, acute, dot below.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: index for index, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def normal(text: str) -> str:
    """NFC text with single spaces: the only form in which names are stored."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def _word_key(word: str) -> str:
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", word.lower()):
        base, tone = [], 0
        for part in unicodedata.normalize("NFD", char):
            if part in _TONES:
                tone = _TONES[part]
            else:
                base.append(part)
        letter = unicodedata.normalize("NFC", "".join(base))
        letters.append(f"{_LETTER_RANK[letter]:02d}" if letter in _LETTER_RANK else f"~{ord(letter[0]):05x}")
        tones.append(str(tone))
    return "".join(letters) + "." + "".join(tones)


def sort_key(full_name: str) -> str:
    """Key of digits and ASCII that sorts given name, then middle names, then family name, letters before tones."""
    words = normal(full_name).split(" ")
    if not words or not words[0]:
        return ""
    ordered = [words[-1], *words[1:-1], words[0]] if len(words) > 1 else words
    return " ".join(_word_key(word) for word in ordered)


def initials(full_name: str) -> str:
    """Two letters for an avatar: last middle name and given name ("Nguyễn Thị Bích Hạnh" -> "BH")."""
    words = normal(full_name).split(" ")
    return "".join(word[0] for word in words[-2:] if word).upper()
