"""Shingles and band keys of datatrove's own MinhashDedupSignature, for test/interop/minhash.test.ts.

stdin: one JSON string (a document) a line. stdout: one JSON object a line, in the same order:
{"words": [...] of simplify_text, at blanks, "shingles": base64 of uint64 (little-endian), "keys": one string a band}.
--check only imports what is needed and exits 0.
"""

import base64
import json
import sys
import tempfile

try:
    from datatrove.pipeline.dedup.minhash import MinhashDedupSignature
    from datatrove.utils.text import simplify_text

    signer = MinhashDedupSignature(output_folder=tempfile.gettempdir())
    signer.get_shingles("spaCy and xxhash are imported on the first call of this.")
except Exception as error:  # a missing package or model, whatever its form, is a reason to skip
    print(f"datatrove cannot be used: {error!r}", file=sys.stderr)
    sys.exit(77)


def main():
    for line in sys.stdin:
        text = json.loads(line)
        shingles = signer.get_shingles(text)
        bands = signer.get_signature(shingles) if shingles.size else []
        answer = {
            "words": simplify_text(text).split(),
            "shingles": base64.b64encode(shingles.astype("<u8").tobytes()).decode(),
            "keys": [f"{band}: {minima}" for band, minima in enumerate(bands)],
        }
        print(json.dumps(answer))


if "--check" not in sys.argv:
    main()
