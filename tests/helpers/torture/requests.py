"""Requests to DynamoDB of the kinds that the functions make, right and wrong, over a table as small as can collide."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

ACCOUNTS, EDGES = "torture-Accounts", "torture-Edges"
TABLES: tuple[Mapping[str, Any], ...] = (
    {
        "TableName": ACCOUNTS,
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "kind", "AttributeType": "S"},
            {"AttributeName": "until", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "Kinds",
                "KeySchema": [
                    {"AttributeName": "kind", "KeyType": "HASH"},
                    {"AttributeName": "until", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "BillingMode": "PAY_PER_REQUEST",
    },
    {
        "TableName": EDGES,
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "other", "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "other", "KeyType": "RANGE"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
)
Json = dict[str, Any]

_IDS = st.sampled_from(["a", "b"])
_TEXTS = st.sampled_from(["a", "b", "c"])
_NUMBERS = st.sampled_from(["0", "1", "2", "10", "-3", "1.50"])
_NUMERALS = _NUMBERS.map(lambda number: {"N": number})
_SCALARS = st.one_of(
    _TEXTS.map(lambda text: {"S": text}),
    _NUMERALS,
    st.booleans().map(lambda flag: {"BOOL": flag}),
)
_LISTS = st.lists(_SCALARS, max_size=2).map(lambda entries: {"L": entries})
_MAPS = st.dictionaries(_TEXTS, _SCALARS, max_size=2).map(lambda entries: {"M": entries})
_VALUES = st.one_of(_SCALARS, _LISTS, _MAPS)
_PATHS = st.sampled_from(["plain", "#n", "links.#n", "history[0]", "history[1]", "links"])
_CONDITIONS = {
    **dict.fromkeys(("attribute_not_exists({0})", "attribute_exists({0})"), _VALUES),
    **dict.fromkeys(("{0} = :v", "{0} <> :v", "{0} = :v OR {1} = :v", "NOT {0} = :v", "{0} IN (:v)"), _VALUES),
    **dict.fromkeys(("{0} < :v", "{0} >= :v", "{0} BETWEEN :v AND :v", "size(links) > :v"), _NUMERALS),
    "{0} = :v AND attribute_exists({1})": _VALUES,
    "(attribute_not_exists({0}) OR {1} <= :v) AND attribute_exists(id)": _NUMERALS,
}
_UPDATES = {
    **dict.fromkeys(("SET {0} = :w", "SET {0} = if_not_exists({0}, :w)", "SET {0} = :w, b = :w"), _VALUES),
    **dict.fromkeys(("REMOVE plain", "SET {0} = {1}", "SET {0} = :w REMOVE b"), _VALUES),
    **dict.fromkeys(("ADD plain :w", "SET {0} = {1} + :w", "ADD b :w SET {0} = :w"), _NUMERALS),
    "SET {0} = list_append(if_not_exists({0}, :w), :w)": _LISTS,
}


@st.composite
def keys(draw: st.DrawFn, table: str) -> Json:
    """Give the key of one of the few items there may be."""
    key = {"id": {"S": draw(_IDS)}}
    return key if table == ACCOUNTS else key | {"other": {"S": draw(_IDS)}}


@st.composite
def writes(draw: st.DrawFn, kinds: tuple[str, ...] = ("Put", "Update", "Delete", "ConditionCheck")) -> tuple[str, Json]:
    """Give a write of a transaction: its kind and its arguments."""
    kind, table = draw(st.sampled_from(kinds)), draw(st.sampled_from([ACCOUNTS, EDGES]))
    arguments: Json = {"TableName": table, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    places, text, values = draw(st.tuples(_PATHS, _PATHS)), "", dict[str, Json]()
    if kind == "ConditionCheck" or draw(st.booleans()):
        form = draw(st.sampled_from([*_CONDITIONS]))
        text, values[":v"] = form.format(*places), draw(_CONDITIONS[form])
        arguments["ConditionExpression"] = text
    if kind == "Update":
        form = draw(st.sampled_from([*_UPDATES]))
        arguments["UpdateExpression"], values[":w"] = form.format(*reversed(places)), draw(_UPDATES[form])
        text += arguments["UpdateExpression"]
    named = {"#n": draw(st.sampled_from(["plain", "a"]))} if "#n" in text else {}
    values = {name: value for name, value in values.items() if name in text}
    arguments |= {"ExpressionAttributeNames": named} if named else {}
    arguments |= {"ExpressionAttributeValues": values} if values else {}
    if kind != "Put":
        return kind, arguments | {"Key": draw(keys(table))}
    attributes = draw(
        st.fixed_dictionaries({}, optional={"plain": _VALUES, "a": _VALUES, "links": _MAPS, "history": _LISTS})
    )
    indexed = {"kind": {"S": "live"}, "until": {"N": draw(_NUMBERS)}} if draw(st.booleans()) else {}
    return kind, arguments | {"Item": attributes | indexed | draw(keys(table))}


def single_writes() -> st.SearchStrategy[tuple[str, Json]]:
    """Give a write for itself, by the name of its operation."""
    return writes(("Put", "Update", "Delete")).map(lambda write: (f"{write[0]}Item", write[1]))


@st.composite
def transactions(draw: st.DrawFn) -> tuple[str, Json]:
    """Give a transaction of a few writes, some to the same item, which DynamoDB refuses."""
    items = draw(st.lists(writes().map(lambda write: {write[0]: write[1]}), min_size=1, max_size=4))
    return "TransactWriteItems", {"TransactItems": items}


@st.composite
def batches(draw: st.DrawFn) -> tuple[str, Json]:
    """Give a read of several items."""
    requests = {
        table: {"ConsistentRead": True, "Keys": draw(st.lists(keys(table), min_size=1, max_size=3))}
        for table in draw(st.sampled_from([[ACCOUNTS], [EDGES], [ACCOUNTS, EDGES]]))
    }
    return "BatchGetItem", {"RequestItems": requests}


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, Json]:
    """Give a read of a partition, or of the index above a bound."""
    if draw(st.booleans()):
        arguments: Json = {"TableName": EDGES, "KeyConditionExpression": "#n = :v", "ConsistentRead": True}
        arguments |= {"ExpressionAttributeNames": {"#n": "id"}, "ExpressionAttributeValues": {":v": {"S": draw(_IDS)}}}
    else:
        values = {":v": {"S": "live"}, ":w": {"N": draw(_NUMBERS)}}
        arguments = {"TableName": ACCOUNTS, "IndexName": "Kinds", "KeyConditionExpression": "kind = :v AND #n > :w"}
        arguments |= {"ExpressionAttributeNames": {"#n": "until"}, "ExpressionAttributeValues": values}
    return "Query", arguments | ({"Limit": draw(st.integers(1, 3))} if draw(st.booleans()) else {})


REQUESTS = st.lists(st.one_of(single_writes(), transactions(), batches(), queries()), min_size=1, max_size=12)
