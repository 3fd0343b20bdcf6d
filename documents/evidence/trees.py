"""Hash trees of RFC 4998, 4.2: the children of a node are hashed together in binary ascending order. Pure."""

import hashlib
from collections.abc import Iterable, Sequence


class NotInTree(ValueError):
    """The reduced tree does not contain this hash."""


def digest(algorithm: str, data: bytes) -> bytes:
    """The hash of these bytes; `algorithm` as in "sha256"."""
    return hashlib.new(algorithm, data).digest()


def father(algorithm: str, children: Iterable[bytes]) -> bytes:
    """The node above these hashes."""
    return digest(algorithm, b"".join(sorted(children)))


def grow(algorithm: str, leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every level of the tree over these leaves, the root last; a node without a neighbour moves up as it is."""
    if not leaves:
        raise ValueError("a tree needs a leaf")
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        above = [father(algorithm, level[each : each + 2]) for each in range(0, len(level) - 1, 2)]
        levels.append(above + (level[-1:] if len(level) % 2 else []))
    return levels


def reduced(levels: Sequence[Sequence[bytes]], index: int) -> list[list[bytes]]:
    """What leads from this leaf to the root: lists of hashes, the leaf in the first; empty for a single leaf."""
    lists, leaf = [], levels[0][index]
    for level in levels[:-1]:
        neighbour = index ^ 1
        if neighbour < len(level):
            lists.append([level[neighbour]])
        index //= 2
    if lists:
        lists[0].append(leaf)
    return [sorted(each) for each in lists]


def root_of(algorithm: str, leaf: bytes, lists: Sequence[Sequence[bytes]]) -> bytes:
    """The root that this leaf and its reduced tree lead to (RFC 4998, 4.3). NotInTree."""
    if not lists:
        return leaf
    if leaf not in lists[0]:
        raise NotInTree(leaf.hex())
    node = father(algorithm, lists[0])
    for each in lists[1:]:
        node = father(algorithm, [*each, node])
    return node
