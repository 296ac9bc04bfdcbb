"""A witness of one log, written from the specifications (c2sp.org/tlog-witness, tlog-cosignature) without the ledger's own code.

    witness.py STATE LOG-KEY < request > cosignature

STATE is a folder of its own: its key, and the last checkpoint that it saw. LOG-KEY is the published key of the log. On standard error it
says the status that its answer would have over HTTP; it ends with 0 only for 200. `witness.py STATE` prints its published key.
"""
import base64
import hashlib
import os
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "witness.example/accountant"
# It has no clock: a test sees the same bytes.
TIME = 1_700_000_000


class Refused(Exception):
    """The status of the answer, and its text."""


def sha(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha(b"\x01" + left + right)


def key_id(name, kind, public):
    return sha(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def own_key(state):
    path = os.path.join(state, "key")
    if not os.path.exists(path):
        os.makedirs(state, exist_ok=True)
        with open(path, "wb") as file:
            file.write(os.urandom(32))
    key = Ed25519PrivateKey.from_private_bytes(open(path, "rb").read())
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return key, key.public_key().public_bytes(*raw)


def consistent(old, old_root, new, new_root, proof):
    """RFC 9162, section 2.1.4.2."""
    if old & (old - 1) == 0:
        proof = [old_root, *proof]
    if not proof:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for beside in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(beside, fr), node(beside, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, beside)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def add_checkpoint(state, log_key, request):
    head, _, note = request.partition("\n\n")
    first, *proof = head.split("\n")
    old, proof = int(first.removeprefix("old ")), [base64.b64decode(line) for line in proof]
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.splitlines()
    size, root = int(size), base64.b64decode(root)
    name, _, material = log_key.split("+", 2)
    public = base64.b64decode(material)[1:]
    if origin != name:
        raise Refused(404, "unknown log")
    try:
        own = [line.split(" ")[2] for line in lines.splitlines() if line.split(" ")[1] == name]
        wanted = key_id(name, 1, public)
        own = [sig for sig in map(base64.b64decode, own) if sig[:4] == wanted]
        Ed25519PublicKey.from_public_bytes(public).verify(own[0][4:], text.encode())
    except (InvalidSignature, IndexError):
        raise Refused(403, "not signed by the log") from None
    if old > size:
        raise Refused(400, "the older one is larger")
    seen, seen_root = 0, b""
    path = os.path.join(state, "seen")
    if os.path.exists(path):
        with open(path, encoding="ascii") as file:
            seen, seen_root = file.read().split()
        seen, seen_root = int(seen), bytes.fromhex(seen_root)
    if old != seen:
        raise Refused(409, f"{seen}\n")
    if old == size and root != seen_root:
        raise Refused(409, f"{seen}\n")
    if old == 0 and proof or 0 < old < size and not consistent(old, seen_root, size, root, proof):
        raise Refused(422, "no proof")
    key, own_public = own_key(state)
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{size} {root.hex()}")
    signature = key.sign(f"cosignature/v1\ntime {TIME}\n{text}".encode())
    bytes_ = key_id(NAME, 4, own_public) + TIME.to_bytes(8, "big") + signature
    return f"\u2014 {NAME} {base64.b64encode(bytes_).decode()}\n"


def main(state, log_key=None):
    if log_key is None:
        _, public = own_key(state)
        print(f"{NAME}+{key_id(NAME, 4, public).hex()}+{base64.b64encode(bytes([4]) + public).decode()}")
        return
    try:
        answer = add_checkpoint(state, log_key, sys.stdin.buffer.read().decode())
    except Refused as refused:
        print(*refused.args, file=sys.stderr)
        sys.exit(1)
    sys.stdout.buffer.write(answer.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
