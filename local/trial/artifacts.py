"""What `sam build` makes for Lambda, but for this machine's processor and with the address of a local store."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import ROOT
from local.template.template import TEMPLATE
from local.trial.sam import ARCHITECTURE, for_makefiles, run_sam
from local.trial.samples import ENVIRONMENT


@dataclass(frozen=True)
class Artifacts:
    """Those in a folder: not that of a plain `sam build`, from which `sam deploy` takes what it deploys."""

    folder: Path

    @property
    def build_folder(self) -> Path:
        """Give where SAM puts what containers run."""
        return self.folder / "build"

    @property
    def options(self) -> Mapping[str, str]:
        """Give the options with which `sam local` runs them; the image was looked for, or fetched, before."""
        template = self.build_folder / "template.yaml"
        return {"--template-file": str(template), "--env-vars": str(ENVIRONMENT), "--skip-pull-image": ""}

    def build(self, endpoint: str) -> None:
        """Make them for the store that containers reach at the URL `endpoint`. Raises TrialError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        source = self.folder / "template.yaml"
        source.write_text(local_template(TEMPLATE.read_text(encoding="utf-8"), endpoint), encoding="utf-8")
        folders = {"--build-dir": str(self.build_folder), "--cache-dir": str(self.folder / "cache")}
        options = {"--template-file": str(source), "--base-dir": str(ROOT), **folders}
        run_sam("build", options, **for_makefiles())


def local_template(text: str, endpoint: str) -> str:
    """Give the text of template.yaml for this machine's processor and for the store at `endpoint`.

    `sam local` gives a function only the variables that the template names, and a deployment must not name this one.
    """
    first = "      Variables:\n"
    text = text.replace(first, f"{first}        AWS_ENDPOINT_URL_DYNAMODB: {endpoint}\n", 1)
    return text.replace("arm64", ARCHITECTURE)
