"""`make site`: the documentation as pages in .site/html, with search, which ask no other machine.

Exits with 1 where a link leads nowhere, a page is not in the navigation, or a sample is not of its language.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local import ROOT
from local.site.links import broken
from local.site.pages import staged
from local.site.reference import reference
from local.site.syntax import misspelt

SITE = ROOT / ".site"
CONFIGURATION = Path(__file__).parent / "mkdocs.yml"


def main() -> int:
    """Build the site and give the exit status."""
    pages, html = SITE / "pages", SITE / "html"
    shutil.rmtree(SITE, ignore_errors=True)
    staged(ROOT, pages)
    samples = reference(ROOT / "docs/openapi.json", pages / "api")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(CONFIGURATION)]
    made = subprocess.run(command, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    if made.returncode:
        return 1
    faults = [*misspelt(samples), *broken(html)]
    print("\n".join(faults) or f"{len(list(html.rglob('*.html')))} pages in {html}, {len(samples)} samples")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
