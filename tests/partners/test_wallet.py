"""Wallet addresses: published vectors of BIP-32, BIP-39, BIP-44 and EIP-55, and how owners get places in the tree."""

import hashlib
import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local import ROOT
from symbolon.errors import Misconfigured
from symbolon.partners.bip32 import HARDENED, Node
from symbolon.partners.keccak import keccak256, sha3_256
from symbolon.partners.wallet import checksummed, path_of, trunk, wallet_address
from symbolon.settings.settings import Settings

BIP32 = json.loads((ROOT / "tests/helpers/data/bip32.json").read_text())
CHAINS = [(vector["seed"], path, key) for vector in BIP32 for path, key in vector["chains"].items()]
JUNK = "test " * 11 + "junk"
ABANDON = "abandon " * 11 + "about"
DRAWN = "open soup behave derive level nation make online clog endless shrug ranch"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def with_seed(seed: object, *, is_local: bool = False) -> Settings:
    """Give settings with this wallet seed."""
    return Settings({"partner": {"wallet_seed": seed}}, is_local=is_local)


def node_at(node: Node, path: str) -> Node:
    """Give the node at a path such as m/0'/1."""
    for part in path.split("/")[1:]:
        node = node.child(int(part.rstrip("'")) + (HARDENED if part.endswith("'") else 0))
    return node


def serialised(key: str) -> tuple[bytes, bytes]:
    """Give the chain code and the private key in an extended key, after looking at its checksum."""
    number = 0
    for digit in key:
        number = number * 58 + BASE58.index(digit)
    content, checksum = (data := number.to_bytes(82))[:-4], data[-4:]
    assert hashlib.sha256(hashlib.sha256(content).digest()).digest()[:4] == checksum
    return content[13:45], content[46:]


@given(st.binary(max_size=500))
@settings(max_examples=60)
def test_the_sponge_is_that_of_sha3(data: bytes) -> None:
    """With SHA-3's padding our Keccak gives what hashlib gives."""
    assert sha3_256(data) == hashlib.sha3_256(data).digest()


@pytest.mark.parametrize("length", [0, 134, 135, 136, 137, 271, 272, 273])
def test_blocks_are_filled_to_the_last_byte(length: int) -> None:
    """Lengths around the size of a block are padded rightly."""
    assert sha3_256(b"x" * length) == hashlib.sha3_256(b"x" * length).digest()


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ],
)
def test_keccak_has_the_known_digests(data: bytes, digest: str) -> None:
    """Keccak-256 of nothing is the constant that Ethereum uses everywhere; so is that of three letters."""
    assert keccak256(data).hex() == digest


@pytest.mark.parametrize(("seed", "path", "key"), CHAINS, ids=[path for _, path, _ in CHAINS])
def test_trees_are_those_of_the_standard(seed: str, path: str, key: str) -> None:
    """BIP-32's published chains have the published private keys and chain codes."""
    node = node_at(Node.of_seed(bytes.fromhex(seed)), path)

    assert (node.chain_code, node.key.to_bytes(32)) == serialised(key)


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
    ],
)
def test_addresses_have_a_checksum(address: str) -> None:
    """The case of an address' letters is as in EIP-55's examples."""
    assert checksummed(bytes.fromhex(address[2:])) == address


@pytest.mark.parametrize(
    ("mnemonic", "index", "address"),
    [
        (JUNK, 0, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        (JUNK, 1, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        (ABANDON, 0, "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
    ],
)
def test_mnemonics_give_the_accounts_that_every_wallet_shows(mnemonic: str, index: int, address: str) -> None:
    """At m/44'/60'/0'/0/index are the addresses that Ethereum's development tools print for these mnemonics."""
    node = trunk(mnemonic).child(HARDENED).child(0).child(index)

    assert checksummed(keccak256(node.public_point)[-20:]) == address


@pytest.mark.parametrize(
    ("owner", "address"),
    [
        ("20798813#FTC_User1", "0xAC626e1b77bff6312c3eBDdB3e1e18b5C74F6449"),
        ("20798813#é", "0x8AAe57624C4de256970E6217338eC69cBbb1E208"),
    ],
)
def test_owners_keep_their_address(owner: str, address: str) -> None:
    """An owner's address is the one that eth-account derived for the owner's path, today and in years."""
    assert wallet_address(with_seed(JUNK, is_local=True), owner) == address


def test_owners_have_places_of_their_own() -> None:
    """A path has a hardened account and two more levels, and of 20,000 owners no two share one."""
    paths = [path_of(f"20798813#{number}") for number in range(20_000)]

    assert len(set(paths)) == len(paths)
    assert all(HARDENED <= account < 2 * HARDENED for account, _, _ in paths)
    assert all(0 <= level < HARDENED for _, *levels in paths for level in levels)


def test_seed_in_hex_is_that_of_the_mnemonic() -> None:
    """A BIP-39 mnemonic and the seed that its vectors give for it lead to the same wallets."""
    seed = (
        "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
        "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
    )

    assert wallet_address(with_seed(seed, is_local=True), "owner") == wallet_address(
        with_seed(ABANDON, is_local=True), "owner"
    )


def test_spaces_around_words_do_not_matter() -> None:
    """A mnemonic that was pasted with line breaks is the same mnemonic."""
    pasted = f"  {DRAWN.replace(' ', chr(10))}\n"

    assert wallet_address(with_seed(pasted), "owner") == wallet_address(with_seed(DRAWN), "owner")


@pytest.mark.parametrize("document", [{}, {"partner": {}}, {"partner": None}])
def test_without_a_seed_there_is_no_address(document: dict[str, object]) -> None:
    """Where no seed is configured, the address is empty."""
    assert wallet_address(Settings(document), "owner") == ""


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param("letter advice cage absurd amount doctor acoustic avoid letter advice cage zoo", id="checksum"),
        pytest.param("latter advice cage absurd amount doctor acoustic avoid letter advice cage above", id="typo"),
        pytest.param("letter advice cage", id="three words"),
        pytest.param("00" * 15, id="15 bytes"),
        pytest.param("00" * 65, id="65 bytes"),
        pytest.param("0" * 33, id="half a byte"),
        pytest.param(ABANDON, id="published"),
        pytest.param(12345678901234567890123456789012, id="number"),
        pytest.param(["00" * 16], id="list"),
    ],
)
def test_wrong_seed_is_refused(seed: object) -> None:
    """A seed that no wallet takes, or that everybody knows, is a mistake of the settings; its text is not told."""
    with pytest.raises(Misconfigured) as raised:
        wallet_address(with_seed(seed), "owner")

    assert "partner" in raised.value.detail
    assert str(seed) not in raised.value.detail


def test_section_of_another_type_is_refused() -> None:
    """The section `partner` is an object."""
    with pytest.raises(Misconfigured):
        wallet_address(Settings({"partner": "seed"}), "owner")


def test_keys_do_not_show(caplog: pytest.LogCaptureFixture) -> None:
    """A node shows no key in its repr, and deriving logs nothing."""
    caplog.set_level(logging.DEBUG)
    node = Node.of_seed(bytes(16))

    wallet_address(with_seed(DRAWN), "owner")

    assert repr(node) == "Node()"
    assert caplog.text == ""
