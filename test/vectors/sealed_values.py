#!/usr/bin/python3
"""Opens and makes sealed values as doc/sealed.md tells, without the extension.

Written from that document alone, over PyNaCl and hashlib: where this program and
the server differ, one of them, or the document, is wrong.

Reads a request in JSON from standard input, and answers in JSON:

  masters    {epoch: hex}                       master keys
  data_keys  [[person, epoch, wrapped in hex]]  rows of wdd.data_key
  open       [[kind, armour]]
             -> opened: [{plain, person, field, flags, token_right, suffix_right, natural}], null for what does not open
  make       [{kind, field, person, plain, token_epoch?, suffix?, pad?, nonce?}]
             -> made: [armour]
  make_key   [{person, epoch, key, type, subject_kind, natural, nonce?}]
             -> made_keys: [wrapped in hex]; they serve "make", too
  all_keys   -> keys: [[what it is, hex]], for who looks for them where they must not be

Bytes are in hex; persons are UUIDs.
"""
import base64
import hashlib
import json
import os
import sys
import uuid

from nacl.bindings import (crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open,
                           crypto_aead_xchacha20poly1305_ietf_encrypt as aead_seal)
from nacl.exceptions import CryptoError

ARMOUR = 'wdd1:'
TOKEN, UNBOUND, PADDED, SUFFIX = 0x01, 0x02, 0x04, 0x08
KINDS = ['text', 'bytea', 'jsonb', 'numeric', 'date', 'phone', 'id_card', 'email', 'inet']
INTEGER, UUID, TEXT, NOBODY = 0, 1, 2, 255


def keyed_hash(key, data, length):
    return hashlib.blake2b(data, key=key, digest_size=length).digest()


class Keys:
    """Master keys, what derives from them, and data keys."""

    def __init__(self, masters):
        self.masters = {int(epoch): bytes.fromhex(key) for epoch, key in masters.items()}
        self.persons = {}

    def derived(self, epoch, text):
        return keyed_hash(self.masters[epoch], text.encode('ascii'), 32)

    def token(self, kind, epoch, plain):
        return keyed_hash(self.derived(epoch, 'wdd_privacy token ' + kind), plain, 16)

    def suffix(self, epoch, plain):
        return keyed_hash(self.derived(epoch, 'wdd_privacy suffix phone'), plain[-4:], 16)[:8]

    def unwrap(self, person, epoch, wrapped):
        head = person + epoch.to_bytes(2, 'big')
        plain = aead_open(wrapped[24:], head, wrapped[:24], self.derived(epoch, 'wdd_privacy wrap'))
        assert len(wrapped) == 91 and len(plain) == 51
        self.persons[person] = {'key': plain[:32], 'type': plain[32], 'kind': int.from_bytes(plain[33:35], 'big'),
                                'natural': plain[35:]}

    def all(self):
        texts = ['wrap', 'unbound', 'suffix phone'] + ['token ' + kind for kind in ('text', 'phone', 'id_card', 'email')]
        found = [['master %d' % epoch, key.hex()] for epoch, key in self.masters.items()]
        found += [['%s %d' % (text, epoch), self.derived(epoch, 'wdd_privacy ' + text).hex()]
                  for epoch in self.masters for text in texts]
        return found + [['person %s' % uuid.UUID(bytes=person), it['key'].hex()] for person, it in self.persons.items()]

    def wrap(self, order):
        person = uuid.UUID(order['person']).bytes
        key = bytes.fromhex(order['key'])
        natural = {INTEGER: lambda n: int(n).to_bytes(8, 'big', signed=True) + bytes(8),
                   UUID: lambda n: uuid.UUID(n).bytes,
                   TEXT: lambda n: keyed_hash(key, n.encode('utf-8'), 16),
                   NOBODY: lambda n: bytes(16)}[order['type']](order['natural'])
        plain = key + bytes([order['type']]) + order['subject_kind'].to_bytes(2, 'big') + natural
        nonce = bytes.fromhex(order['nonce']) if 'nonce' in order else os.urandom(24)
        head = person + order['epoch'].to_bytes(2, 'big')
        wrapped = nonce + aead_seal(plain, head, nonce, self.derived(order['epoch'], 'wdd_privacy wrap'))
        self.unwrap(person, order['epoch'], wrapped)
        return wrapped


def pad(plain, bucket):
    return plain + b'\x80' + bytes(bucket - 1 - len(plain) % bucket)


def unpad(padded):
    plain = padded.rstrip(b'\0')
    assert plain[-1] == 0x80
    return plain[:-1]


def open_value(keys, kind, armour):
    assert armour.startswith(ARMOUR)
    data = base64.b64decode(armour[len(ARMOUR):], validate=True)
    version, flags, field, person = data[0], data[1], int.from_bytes(data[2:4], 'big'), data[4:20]
    assert version == 1 and flags & ~(TOKEN | UNBOUND | PADDED | SUFFIX) == 0
    at = 20
    epoch = token = suffix = None
    if flags & TOKEN:
        epoch, token, at = data[at], data[at + 1:at + 17], at + 17
    if flags & SUFFIX:
        suffix, at = data[at:at + 8], at + 8
    head, nonce, cipher = data[:at], data[at:at + 24], data[at + 24:]
    if flags & UNBOUND:
        assert field == KINDS.index(kind) + 1 and person[:15] == bytes(15)
        key, natural = keys.derived(person[15], 'wdd_privacy unbound'), None
    else:
        key, natural = keys.persons[person]['key'], keys.persons[person]
    plain = aead_open(cipher, head, nonce, key)
    if flags & PADDED:
        plain = unpad(plain)
    return {'plain': plain.hex(), 'person': str(uuid.UUID(bytes=person)), 'field': field, 'flags': flags,
            'token_right': None if token is None else token == keys.token(kind, epoch, plain),
            'suffix_right': None if suffix is None else suffix == keys.suffix(epoch, plain),
            'natural': natural and [natural['type'], natural['kind'], natural['natural'].hex()]}


def make_value(keys, order):
    kind, plain = order['kind'], bytes.fromhex(order['plain'])
    bucket, epoch = order.get('pad', 0), order.get('token_epoch')
    unbound = 'person' not in order
    flags = (UNBOUND if unbound else 0) | (PADDED if bucket else 0)
    tokens = b''
    if epoch is not None:
        flags |= TOKEN
        tokens = bytes([epoch]) + keys.token(kind, epoch, plain)
    if order.get('suffix'):
        flags |= SUFFIX
        tokens += keys.suffix(epoch, plain)
    if unbound:
        field, person = KINDS.index(kind) + 1, bytes(15) + bytes([order['epoch']])
        key = keys.derived(order['epoch'], 'wdd_privacy unbound')
    else:
        field, person = order['field'], uuid.UUID(order['person']).bytes
        key = keys.persons[person]['key']
    head = bytes([1, flags]) + field.to_bytes(2, 'big') + person + tokens
    nonce = bytes.fromhex(order['nonce']) if 'nonce' in order else os.urandom(24)
    sealed = head + nonce + aead_seal(pad(plain, bucket) if bucket else plain, head, nonce, key)
    return ARMOUR + base64.b64encode(sealed).decode('ascii')


def opened_or_null(keys, kind, armour):
    try:
        return open_value(keys, kind, armour)
    except (CryptoError, AssertionError, KeyError, IndexError, ValueError):
        return None


def main():
    request = json.load(sys.stdin)
    keys = Keys(request['masters'])
    for person, epoch, wrapped in request.get('data_keys', []):
        keys.unwrap(uuid.UUID(person).bytes, epoch, bytes.fromhex(wrapped))
    made_keys = [keys.wrap(order).hex() for order in request.get('make_key', [])]
    json.dump({'opened': [opened_or_null(keys, kind, armour) for kind, armour in request.get('open', [])],
               'made': [make_value(keys, order) for order in request.get('make', [])],
               'made_keys': made_keys, 'keys': keys.all() if 'all_keys' in request else []}, sys.stdout)


main()
