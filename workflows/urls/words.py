class OneOf:
    """A path converter for a word out of a fixed list."""

    words: tuple[str, ...] = ()

    def to_python(self, value: str) -> str:
        if value not in self.words:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value
