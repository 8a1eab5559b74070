"""`make account`: what only an account can show, tried, and written into docs/first-account.md.

The page is the program: a section has a command, a regular expression for what it must print, room for what was seen.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import ROOT
from local.stacks.asking import say

PAGE = ROOT / "docs/first-account.md"
_SECTION = re.compile(
    r"^### (?P<title>.+?)\n(?P<text>.*?)^```sh\n(?P<command>.*?)^```\n\n"
    r"Must print: `(?P<expected>[^\n]+)`\n\n(?P<seen>Seen: [^\n]*)$",
    re.MULTILINE | re.DOTALL,
)
_SHOWN = 120
_OUTPUTS = {"ApiUrl": "URL", "ServerKey": "SERVER_KEY"}


@dataclass(frozen=True)
class Section:
    """A section of the page: its heading, its command, what the command must print, and what was seen before."""

    title: str
    command: str
    expected: str
    seen: str


def sections(text: str) -> list[Section]:
    """Give the sections of a page's text."""
    names = ("title", "command", "expected", "seen")
    return [Section(*(found[name] for name in names)) for found in _SECTION.finditer(text)]


def attempt(section: Section, variables: Mapping[str, str]) -> tuple[bool, str]:
    """Run a section's command; give whether it printed what it must, and its last line."""
    done = subprocess.run(
        ["/bin/bash", "-c", section.command],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = done.stdout.strip()
    last = (printed or done.stderr.strip() or "nothing").splitlines()[-1]
    return re.search(section.expected, printed, re.MULTILINE) is not None, last[:_SHOWN].replace("`", "'")


def note(page: Path, section: Section, seen: str) -> None:
    """Write what was seen into the section of the page."""
    text = page.read_text(encoding="utf-8")
    start = text.index(f"### {section.title}\n")
    page.write_text(text[:start] + text[start:].replace(section.seen, seen, 1), encoding="utf-8")


def run(page: Path, variables: Callable[[], Mapping[str, str]], only: str = "") -> int:
    """Run the page's sections, those with the word `only` in their headings, and give how many saw something else.

    `variables` gives those of a command, anew for each: a command may make the stack, or bring it back elsewhere.
    """
    failed = 0
    for section in sections(page.read_text(encoding="utf-8")):
        if only.lower() in section.title.lower():
            well, line = attempt(section, variables())
            failed += not well
            say(f"{'ok    ' if well else 'FAILED'}  {section.title}: {line}")
            today = f"{datetime.now(UTC):%Y-%m-%d}"
            note(page, section, f"Seen: {today}, {'as it must be' if well else 'something else'}: `{line}`")
    return failed


def variables_of(stack: str) -> dict[str, str]:
    """Give the variables that commands have: the stack's name, and where there is one, its URL and server key."""
    try:
        [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError:
        return {"STACK": stack}
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
    return {"STACK": stack, **{variable: outputs[name] for name, variable in _OUTPUTS.items() if name in outputs}}


def main() -> int:
    """Run them against STACK, and give 1 when something else was seen than must be."""
    stack = os.environ.get("STACK") or "symbolon-trial"
    try:
        boto3.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        print(f"AWS is out of reach: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return int(run(PAGE, lambda: variables_of(stack), os.environ.get("ONLY", "")) > 0)


if __name__ == "__main__":
    sys.exit(main())
