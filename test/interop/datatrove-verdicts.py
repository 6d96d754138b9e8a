"""Verdicts of datatrove's own Gopher filters, for test/interop/datatrove.test.ts.

stdin: one JSON string (a document) a line. stdout: one JSON object a line, in the same order:
{"gopher": reason or null, "gopher_repetition": reason or null}, with --words also "words": [...].
--check only imports what is needed and exits 0.
"""

import json
import sys

try:
    from datatrove.data import Document
    from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter
    from datatrove.utils.text import split_into_words

    split_into_words("spaCy is imported on the first call.")
except Exception as error:  # a missing package or model, whatever its form, is a reason to skip
    print(f"datatrove cannot be used: {error!r}", file=sys.stderr)
    sys.exit(77)


def reason(verdict):
    """datatrove answers True for keep, (False, reason) for drop."""
    return None if verdict is True else verdict[1]


def main():
    rules = {"gopher": GopherQualityFilter(), "gopher_repetition": GopherRepetitionFilter()}
    for line in sys.stdin:
        document = Document(text=json.loads(line), id="")
        answer = {name: reason(rule.filter(document)) for name, rule in rules.items()}
        if "--words" in sys.argv:
            answer["words"] = split_into_words(document.text)
        print(json.dumps(answer))


if "--check" not in sys.argv:
    main()
