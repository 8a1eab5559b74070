"""`python -m local.contract` writes docs/openapi.json; with --check it says whether that is what it should be."""

import sys

from local.contract.document import PATH, Undescribed, written


def main(arguments: list[str]) -> int:
    """Give the exit status: 1 where the file is stale, or a route is not described."""
    try:
        text = written()
    except Undescribed as error:
        print(error, file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        is_fresh = PATH.exists() and PATH.read_text(encoding="utf-8") == text
        if not is_fresh:
            print("docs/openapi.json is stale: make openapi", file=sys.stderr)
        return 0 if is_fresh else 1
    PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
