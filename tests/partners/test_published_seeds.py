"""Seeds that are none, or none of ours alone: empty, published, or too regular to be secret."""

from random import Random

import pytest
from mnemonic import Mnemonic

from local import ROOT
from symbolon.errors import Misconfigured
from symbolon.partners.published import is_published
from symbolon.partners.wallet import wallet_address
from symbolon.settings.settings import Settings

PUBLISHED = (ROOT / "tests/helpers/data/published_seeds.txt").read_text().splitlines()


def with_seed(seed: object, *, is_local: bool = False) -> Settings:
    """Give settings with this wallet seed."""
    return Settings({"partner": {"wallet_seed": seed}}, is_local=is_local)


@pytest.mark.parametrize("is_local", [False, True])
@pytest.mark.parametrize("seed", ["", " ", "\n", None])
def test_an_empty_seed_is_refused(seed: object, is_local: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """Where wallets are switched on and the seed was never put in, nobody gets a session without a wallet."""
    with pytest.raises(Misconfigured) as raised:
        wallet_address(with_seed(seed, is_local=is_local), "owner")

    assert raised.value.detail.startswith("settings: partner.wallet_seed")


@pytest.mark.parametrize("seed", PUBLISHED, ids=lambda seed: seed[:40])
def test_published_seeds_are_refused(seed: str) -> None:
    """A seed that documentation prints is refused on a deployment, as words, pasted or not, and in hex."""
    forms = [seed, f" {seed}\n"] if seed.isalnum() else [seed, seed.replace(" ", "\n "), Mnemonic.to_seed(seed).hex()]

    for form in forms:
        with pytest.raises(Misconfigured) as raised:
            wallet_address(with_seed(form), "owner")
        assert raised.value.detail == "settings: partner.wallet_seed is published, or too regular to be secret"
    assert wallet_address(with_seed(seed, is_local=True), "owner").startswith("0x")


@pytest.mark.parametrize(
    "seed", ["00" * 32, "ab" * 16, "0123456789abcdef" * 2, bytes(range(9, 41)).hex(), "deadbeef" * 8]
)
def test_regular_seeds_are_refused(seed: str) -> None:
    """A seed that repeats itself, or counts, is one that others try."""
    with pytest.raises(Misconfigured):
        wallet_address(with_seed(seed), "owner")


def test_drawn_seeds_are_taken() -> None:
    """A seed that was drawn is none of these, in hex or as words."""
    random = Random(7)  # noqa: S311 (the same examples every time)
    for length in [16, 20, 24, 28, 32, 64] * 20:
        drawn = random.randbytes(length)

        assert not is_published(drawn)
        if length <= 32:
            words = Mnemonic("english").to_mnemonic(drawn)
            assert not is_published(drawn, words)
