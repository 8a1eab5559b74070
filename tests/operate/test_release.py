"""A release is what was built, under the version that the project has, with what one needs to trust it."""

import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest
import yaml

from local import ROOT
from local.operate.licences import LicenceError
from local.operate.release import ReleaseError, read_notes, read_version, release

METADATA = "Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n\nA text.\n"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Give a folder as `sam build` leaves one, with a layer of two packages."""
    folder = tmp_path / "build"
    for name, version in (("PyJWT", "2.15.1"), ("typing_extensions", "4.16.0")):
        file = folder / f"ProviderLayer/python/{name}-{version}.dist-info/METADATA"
        file.parent.mkdir(parents=True)
        file.write_text(METADATA.format(name=name, version=version))
        (file.parent / "LICENSE").write_text(f"Permission of {name} is granted.\n")
    (folder / "template.yaml").write_text("Resources: {}\n")
    return folder


def test_archive_has_what_was_built_and_what_goes_with_it(built: Path, tmp_path: Path) -> None:
    """Who unpacks it has the template beside the artifacts that it names, and the settings of `sam deploy`."""
    archive, *_ = release(built, tmp_path / "dist", "")

    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
    assert {"template.yaml", "samconfig.toml", "LICENSE", "CHANGELOG.md", "THIRD-PARTY.txt"} < set(names)
    assert "ProviderLayer/python/PyJWT-2.15.1.dist-info/METADATA" in names


def test_checksums_are_those_of_the_files(built: Path, tmp_path: Path) -> None:
    """`sha256sum --check` has something to check, and finds it right."""
    archive, bill, licences, _, sums = release(built, tmp_path / "dist", f"v{read_version()}")

    lines = dict(line.split("  ")[::-1] for line in sums.read_text().splitlines())
    assert lines == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (archive, bill, licences)}


def test_same_input_is_the_same_release(built: Path, tmp_path: Path) -> None:
    """Nothing of the day, or of the machine, is in a release."""
    first = release(built, tmp_path / "one", "")
    (built / "template.yaml").touch()
    again = release(built, tmp_path / "two", "")

    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in again]


def test_bill_names_what_is_in_the_layers(built: Path, tmp_path: Path) -> None:
    """Each package is there with the name and version by which scanners know it."""
    _, bill, *_ = release(built, tmp_path / "dist", "")

    content = json.loads(bill.read_text())
    assert (content["bomFormat"], content["metadata"]["component"]["version"]) == ("CycloneDX", read_version())
    assert [component["purl"] for component in content["components"]] == [
        "pkg:pypi/pyjwt@2.15.1",
        "pkg:pypi/typing-extensions@4.16.0",
    ]


def test_licences_are_word_for_word(built: Path, tmp_path: Path) -> None:
    """Each package is listed with its licence, and its text is there."""
    _, _, licences, *_ = release(built, tmp_path / "dist", "")

    text = licences.read_text()
    assert "PyJWT 2.15.1: MIT\ntyping_extensions 4.16.0: MIT\n" in text
    assert "Permission of typing_extensions is granted." in text


@pytest.mark.parametrize(
    ("lacking", "why"), [("LICENSE", "has no text of its licence"), ("METADATA", "does not say its licence")]
)
def test_package_without_licence_is_no_release(built: Path, tmp_path: Path, lacking: str, why: str) -> None:
    """What nobody may pass on is not passed on."""
    [file] = built.glob(f"*/python/PyJWT-*/{lacking}")
    file.write_text("Metadata-Version: 2.4\nName: PyJWT\nVersion: 2.15.1\n")
    if lacking == "LICENSE":
        file.unlink()

    with pytest.raises(LicenceError, match=rf"PyJWT 2\.15\.1 {why}"):
        release(built, tmp_path / "dist", "")

    assert not (tmp_path / "dist").exists()


def test_another_tag_is_refused(built: Path, tmp_path: Path) -> None:
    """A tag that is not the version would promise something else than what is inside."""
    with pytest.raises(ReleaseError, match=r"v9\.9\.9"):
        release(built, tmp_path / "dist", "v9.9.9")

    assert not (tmp_path / "dist").exists()


def test_nothing_built_is_no_release(tmp_path: Path) -> None:
    """Without a build one is told to make one."""
    with pytest.raises(ReleaseError, match="make build"):
        release(tmp_path, tmp_path / "dist", "")


def test_changelog_knows_the_version() -> None:
    """What is released next has its notes; a version that is none has none."""
    assert read_notes(read_version())
    with pytest.raises(ReleaseError, match=r"no part on 0\.0\.0"):
        read_notes("0.0.0")


def test_version_stands_in_one_place() -> None:
    """No other file of ours names the version, but for the changelog and the page that compares versions."""
    suffixes = {".py", ".yaml", ".toml", ".md"}
    files = [path for path in ROOT.iterdir() if path.suffix in suffixes]
    files += [
        path
        for room in ("docs", "local", "shared", "functions")
        for path in (ROOT / room).rglob("*")
        if path.suffix in suffixes
    ]
    naming = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if re.search(rf"\b{re.escape(read_version())}\b(?!\.)", path.read_text(encoding="utf-8"))
    }

    assert naming - {"CHANGELOG.md", "pyproject.toml", "docs/benchmarks/README.md"} == set()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_take_fixed_actions_and_few_rights(workflow: Path) -> None:
    """An action is named by its commit, jobs have the rights that they name, and only the release may write."""
    text = workflow.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    jobs = content["jobs"].values()
    rights = {right for job in jobs for right in job["permissions"].values()}

    assert re.findall(r"uses: (?!\S+@[0-9a-f]{40} # v[\d.]+$).*", text, re.MULTILINE) == []
    assert content["permissions"] == {}
    assert rights == ({"read", "write"} if workflow.stem == "release" else {"read"})


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_run_commands_that_there_are(workflow: Path) -> None:
    """What they make is what a contributor can make, too."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {
        word
        for line in re.findall(r"run: make (.*)", workflow.read_text(encoding="utf-8"))
        for word in line.split()
        if "=" not in word
    }

    assert targets
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
