"""Whether the samples are of their languages, for those that are not run: C#, GDScript and Lua, by parsers of theirs.

JavaScript and the shell's lines are run against a server by tests/site.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from local.site.reference import Sample

_MOST_SHOWN = 5


def misspelt(samples: Sequence[Sample]) -> list[str]:
    """Give a line for each sample that its language's parser does not take, the first few."""
    readers = {"C#": _csharp(), "GDScript": _gdscript(), "Lua": _lua()}
    return [fault for one in samples if one.language in readers for fault in _fault(one, readers[one.language])][
        :_MOST_SHOWN
    ]


def _fault(sample: Sample, reads: Callable[[str], bool]) -> Iterator[str]:
    if not reads(sample.text):
        yield f"{sample.call.operation_id}: not {sample.language}\n{sample.text}"


def _csharp() -> Callable[[str], bool]:
    import tree_sitter_c_sharp  # noqa: PLC0415 (of the site's own environment)

    return _tree(tree_sitter_c_sharp.language())


def _lua() -> Callable[[str], bool]:
    import tree_sitter_lua  # noqa: PLC0415 (as above)

    return _tree(tree_sitter_lua.language())


def _tree(language: Any) -> Callable[[str], bool]:  # noqa: ANN401 (a grammar in C)
    from tree_sitter import Language, Parser  # noqa: PLC0415 (as above)

    parser = Parser(Language(language))
    return lambda text: not parser.parse(text.encode()).root_node.has_error


def _gdscript() -> Callable[[str], bool]:
    from gdtoolkit.parser import parser  # noqa: PLC0415 (as above)
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 (as above)

    def reads(text: str) -> bool:
        body = "".join(f"\t{line}\n" for line in text.splitlines())
        try:
            parser.parse(f"func ask(url, token, server_key, http_key, partner_id, partner_secret):\n{body}")
        except UnexpectedInput:
            return False
        return True

    return reads
