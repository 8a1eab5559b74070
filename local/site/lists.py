"""Lists as CommonMark reads them, written as Python-Markdown reads them: four spaces a level, an empty line before."""

import re

_ITEM = re.compile(r"^( *)([-*+]|\d+[.)])( +)")
_FENCE = re.compile(r"^ *(```|~~~)")
_LEVEL = 4


def indented(text: str) -> str:
    """Give a page whose lists both read alike."""
    return "".join(f"{line}\n" for line in _Lists().read(text.splitlines()))


class _Lists:
    """The lists that a line is in, by the columns at which their items' texts begin."""

    def __init__(self) -> None:
        self._columns: list[int] = []
        self._is_code = False

    def read(self, lines: list[str]) -> list[str]:
        written: list[str] = []
        is_loose = False  # an empty line came since the last item: then one comes before the next, too
        for line in lines:
            is_item = not self._is_code and bool(_ITEM.match(line))
            before = len(self._columns)
            moved = self._moved(line, starts_anew=not written or not written[-1].strip())
            if is_item and written and written[-1].strip() and (is_loose or not before):
                written.append("")
            is_loose = not is_item and (is_loose or not line.strip())
            written.append(moved)
            if _FENCE.match(line):
                self._is_code = not self._is_code
        return written

    def _moved(self, line: str, *, starts_anew: bool) -> str:
        """Give a line at its place; one without indentation after an empty line ends all lists."""
        if not line.strip():
            return ""
        indent = len(line) - len(line.lstrip(" "))
        item = None if self._is_code else _ITEM.match(line)
        if item or starts_anew or _FENCE.match(line):
            while self._columns and indent < self._columns[-1]:
                self._columns.pop()
        depth = len(self._columns)
        kept = max(indent - (self._columns[-1] if depth else 0), 0)
        if item:
            self._columns.append(item.end())
            kept = 0
            rest = line[indent:]
            return " " * (_LEVEL * depth) + rest
        return " " * (_LEVEL * depth + kept) + line.lstrip(" ")
