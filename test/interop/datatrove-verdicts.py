"""Verdicts of datatrove's own filters, for test/interop/datatrove.test.ts.

stdin: one JSON string (a document) a line. stdout: one JSON object a line, in the same order:
{"gopher": reason or null, and so on for "gopher_repetition", "fineweb", "c4"}, with --words also "words": [...] and
"sentences": how many. --check only imports what is needed and exits 0.
"""

import json
import sys

try:
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )
    from datatrove.utils.text import split_into_sentences, split_into_words

    split_into_words("spaCy is imported on the first call.")
except Exception as error:  # a missing package or model, whatever its form, is a reason to skip
    print(f"datatrove cannot be used: {error!r}", file=sys.stderr)
    sys.exit(77)


def reason(verdict):
    """datatrove answers True for keep, (False, reason) for drop."""
    return None if verdict is True else verdict[1]


def main():
    rules = {
        "gopher": GopherQualityFilter(),
        "gopher_repetition": GopherRepetitionFilter(),
        "fineweb": FineWebQualityFilter(),
        "c4": C4QualityFilter(),
    }
    for line in sys.stdin:
        text = json.loads(line)
        # A document of its own for each: C4's filter rewrites the one it keeps.
        answer = {name: reason(rule.filter(Document(text=text, id=""))) for name, rule in rules.items()}
        if "--words" in sys.argv:
            answer["words"] = split_into_words(text)
            answer["sentences"] = len(split_into_sentences(text))
        print(json.dumps(answer))


if "--check" not in sys.argv:
    main()
