"""Makes what search travels with: vectors of the base's passages, the space, the dictionary. `make vectors` runs it.

Only passages whose text has changed are embedded; all of them take some minutes of one core.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from agent.errors import SetupError
from agent.files import write_text
from agent.knowledge.atoms import Bi, Entry
from agent.knowledge.embed import open_embedder
from agent.knowledge.index import wanted_vectors
from agent.knowledge.lexicon import learn
from agent.knowledge.load import load
from agent.knowledge.passages import of_knowledge
from agent.knowledge.search import LEXICON, VECTORS, open_tokens
from agent.knowledge.space import fit, read_prepared, write_prepared
from agent.locale import pairs_of_labels
from agent.resources import knowledge_dir
from agent.settings import load_settings

BATCH = 32


def main() -> None:
    """Writes both files; progress on stderr. Raises SetupError where no embedding model is."""
    embedder = open_embedder()
    if embedder is None:
        raise SetupError("There is no embedding model on this machine.", hint="Install cehua[search] on x86-64 Linux.")
    place, base = knowledge_dir(), load()
    records = of_knowledge(base)
    old = read_prepared(place / VECTORS, embedder.name).vectors
    wanted = wanted_vectors(records)
    known = {digest: old[digest] for digest in wanted if digest in old}
    missing = [(digest, text) for digest, text in wanted.items() if digest not in known]
    for start in range(0, len(missing), BATCH):
        sys.stderr.write(f"{start}/{len(missing)}\n")
        part = missing[start : start + BATCH]
        known.update(zip((digest for digest, _ in part), embedder.passages([text for _, text in part]), strict=True))
    by_key = {one.key: known[one.digest] for one in records}
    ids = sorted({one.id for one in records})
    fitted = fit(np.stack([by_key[f"{one}#zh"] for one in ids]), np.stack([by_key[f"{one}#en"] for one in ids]))
    write_prepared(place / VECTORS, embedder.name, known, fitted)
    tokens = open_tokens(load_settings())
    said = dict.fromkeys([*((one.zh, one.en) for one in _texts(base.base)), *pairs_of_labels()])
    lexicon = learn((tokens.of(zh), tokens.of(en)) for zh, en in said)
    lines = ",\n".join(
        f"{json.dumps(word, ensure_ascii=False)}: {json.dumps(found, ensure_ascii=False)}"
        for word, found in lexicon.items()
    )
    write_text(place / LEXICON, "{\n" + lines + "\n}\n")


def _texts(entry: Any) -> Iterator[Bi]:
    """Every bilingual text inside an entry, however deep."""
    if isinstance(entry, Bi):
        yield entry
    elif isinstance(entry, Entry):
        for name in type(entry).model_fields:
            yield from _texts(getattr(entry, name))
    elif isinstance(entry, tuple | list):
        for one in entry:
            yield from _texts(one)
    elif isinstance(entry, dict):
        for one in entry.values():
            yield from _texts(one)


if __name__ == "__main__":
    main()
