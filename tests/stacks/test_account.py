"""The page on the first account runs from top to bottom, and says what was seen."""

import re
import subprocess
from pathlib import Path

import pytest

from local import ROOT
from local.stacks.account import PAGE, Section, attempt, run, sections

TEXT = """# A page

### It is there

```sh
echo "$STACK is" there
```

Must print: `^game is there$`

Seen: not yet

### It is not there

```sh
echo gone; exit 3
```

Must print: `there`

Seen: 2026-01-01, as it must be: `there`
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Give a page of two sections."""
    file = tmp_path / "page.md"
    file.write_text(TEXT)
    return file


def seen(page: Path) -> list[str]:
    """Give what the page says was seen, without the day."""
    return [
        re.sub(r"\d{4}-\d\d-\d\d", "DAY", line) for line in page.read_text().splitlines() if line.startswith("Seen")
    ]


def test_what_was_seen_is_written_down(page: Path) -> None:
    """Each section gets its own result in place of the former one, and other lines stay as they were."""
    assert run(page, lambda: {"STACK": "game"}) == 1

    assert seen(page) == ["Seen: DAY, as it must be: `game is there`", "Seen: DAY, something else: `gone`"]
    assert len(page.read_text().splitlines()) == len(TEXT.splitlines())
    assert run(page, lambda: {"STACK": "game"}) == 1


def test_some_sections_alone(page: Path) -> None:
    """Of a word, only the sections that have it in their heading are run."""
    assert run(page, lambda: {"STACK": "game"}, only="NOT") == 1

    assert seen(page)[0] == "Seen: not yet"


def test_a_command_may_change_where_the_stack_is(page: Path) -> None:
    """Each command has the variables that hold when it begins."""
    names = iter(["no game", "game is there, and then"])

    run(page, lambda: {"STACK": next(names)})

    assert seen(page)[0] == "Seen: DAY, something else: `no game is there`"
    assert next(names, None) is None


@pytest.mark.parametrize("section", sections(PAGE.read_text(encoding="utf-8")), ids=lambda section: section.title)
def test_commands_are_such(section: Section) -> None:
    """A shell reads each command, and `make` has the targets that it names."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake (?:-s )?([a-z]+)", section.command))

    assert subprocess.run(["/bin/bash", "-n", "-c", section.command], check=False).returncode == 0
    assert [target for target in targets if f"\n{target}:" not in makefile] == []


def test_a_command_that_says_nothing(page: Path) -> None:
    """What it complains of is shown, and is not taken for what it must print."""
    assert attempt(Section("x", "echo there >&2", "there", ""), {}) == (False, "there")
    assert page.exists()


def test_the_page_is_a_program() -> None:
    """Every heading has its command, what it must print, which is a regular expression, and room for the date."""
    text = PAGE.read_text(encoding="utf-8")
    found = sections(text)

    assert len(found) == len(re.findall("^### ", text, re.MULTILINE)) == text.count("```sh")
    assert len(found) > 8
    for section in found:
        assert re.compile(section.expected).pattern == section.expected
        assert section.command.strip()
