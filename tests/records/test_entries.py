"""How an entry is named to those outside."""

from symbolon.records.entries import entry_id, entry_key, parse_entry_id


def test_entries_have_names() -> None:
    """An entry's name is forty letters and digits, and leads to its key; nothing else is a name."""
    item = {"user_id": "5b7a1c3e-0d3f-4f5b-9a51-9b5a2f1c0f4e", "entry": "0193668f2a409f3c12"}
    name = entry_id(item)

    assert (len(name), name.isalnum()) == (40, True)
    assert parse_entry_id(name) == entry_key(item["user_id"], item["entry"])
    assert [parse_entry_id(text) for text in ("", name[:-8], f"{name}aaaaaaaa", "é" * 40, "1" * 40)] == [None] * 5
