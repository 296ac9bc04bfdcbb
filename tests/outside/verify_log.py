"""Checks a ledger that was handed out as tiles, and a proof of one record, without a line of the ledger's own code.

    verify_log.py FOLDER POLICY PROOF ENTRY

Written from the specifications (RFC 6962, c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-proof, tlog-policy). Ends with 1 and
says why when something does not hold.
"""
import base64
import hashlib
import os
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha(b"\x00" + entry)


def tree_hash(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha(b"\x01" + tree_hash(hashes[:half]) + tree_hash(hashes[half:]))


def believed(note, policy):
    """The three lines of a checkpoint, if a log of the policy signed them."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.splitlines()
    keys = {}
    for line in policy.splitlines():
        words = line.split()
        if words[:1] == ["log"]:
            name, key_id, material = words[1].split("+", 2)
            material = base64.b64decode(material)
            assert material[0] == 1, "not Ed25519"
            assert sha(name.encode() + b"\n" + material)[:4].hex() == key_id, "a mistyped key"
            keys[name, key_id] = material[1:]
    signed = False
    for line in lines.splitlines():
        dash, name, signature = line.split(" ")
        assert dash == "\u2014", "no signature line"
        signature = base64.b64decode(signature)
        key = keys.get((name, signature[:4].hex()))
        if key and name == origin:
            Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], text.encode())
            signed = True
    assert signed, "no log of the policy signed it"
    return origin, int(size), base64.b64decode(root)


def place(number, width):
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03}")
    return "/".join(groups) + ("" if width == 256 else f".p/{width}")


def tile(folder, level, number, size):
    """The hashes of a tile of the tree of that size."""
    width = min(256, (size >> (8 * level)) - 256 * number)
    with open(os.path.join(folder, "tile", str(level), place(number, width)), "rb") as file:
        data = file.read()
    assert len(data) == 32 * width, "a tile of another length"
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def entries(folder, number, size):
    width = min(256, size - 256 * number)
    with open(os.path.join(folder, "tile", "entries", place(number, width)), "rb") as file:
        data = file.read()
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    assert at == len(data) and len(found) == width, "a bundle that ends within an entry"
    return found


def check_inclusion(index, size, leaf, proof, root):
    """RFC 9162, section 2.1.3.2."""
    fn, sn, hash_ = index, size - 1, leaf
    for beside in proof:
        assert sn > 0, "the proof is too long"
        if fn & 1 or fn == sn:
            hash_ = sha(b"\x01" + beside + hash_)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hash_ = sha(b"\x01" + hash_ + beside)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0 and hash_ == root, "the proof leads to another root"


def main(folder, policy, proof, entry):
    policy = open(policy, encoding="utf-8").read()
    origin, size, root = believed(open(os.path.join(folder, "checkpoint"), encoding="utf-8").read(), policy)
    # Every entry hashes to its leaf, every tile to its place above it, all of them to the root that was signed.
    leaves = []
    for number in range((size + 255) // 256):
        hashes = tile(folder, 0, number, size)
        for found, wanted in zip(entries(folder, number, size), hashes, strict=True):
            assert leaf_hash(found) == wanted, "an entry is not its leaf"
        leaves += hashes
    assert tree_hash(leaves) == root, "the tree has another root"
    level, below = 1, leaves
    while len(below) >= 256:
        above = [tree_hash(below[at : at + 256]) for at in range(0, len(below) - len(below) % 256, 256)]
        for number in range((len(above) + 255) // 256):
            assert tile(folder, level, number, size) == above[256 * number : 256 * number + 256], "a tile above"
        level, below = level + 1, above
    # The proof of one record, by itself.
    head, _, note = open(proof, encoding="utf-8").read().partition("\n\n")
    first, index, *hashes = head.splitlines()
    assert first == "c2sp.org/tlog-proof@v1"
    _, size, root = believed(note, policy)
    hashes = [base64.b64decode(line) for line in hashes]
    check_inclusion(int(index.removeprefix("index ")), size, leaf_hash(open(entry, "rb").read()), hashes, root)
    print(f"{origin} {size} {len(leaves)}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (AssertionError, InvalidSignature, ValueError, OSError) as error:
        sys.exit(f"not believed: {error!r}")
