"""fastText itself (Python package), for test/interop/fasttext.test.ts and bench/fasttext.js.

--check                only imports what is needed and exits 0.
train FOLDER           stdin: one JSON string (a document) a line. Trains models of every kind on them into FOLDER, and
                       writes answers.json: {"lines": the documents as DCLM prepares them, "models": {file name: [of each
                       line, {label: probability}]}}.
time MODEL             stdin: one JSON string (a line) a line. stdout: {"load": seconds, "predict": seconds}.
"""

import json
import pathlib
import sys
import time

try:
    import fasttext
except Exception as error:  # a missing package, whatever its form, is a reason to skip
    print(f"fastText cannot be used: {error!r}", file=sys.stderr)
    sys.exit(77)

MODELS = {
    "bigrams.bin": dict(labels=2, dim=100, bucket=200_000, wordNgrams=2),
    "words-16.bin": dict(labels=3, dim=16),
    "hs.bin": dict(labels=40, dim=30, bucket=20_011, wordNgrams=3, loss="hs"),
    "ova-chars.bin": dict(labels=5, dim=20, bucket=30_000, minn=3, maxn=6, loss="ova"),
    "ns-all.bin": dict(labels=6, dim=11, bucket=4_096, minn=1, maxn=3, wordNgrams=2, loss="ns"),
    "pruned.ftz": dict(labels=4, dim=20, bucket=50_000, wordNgrams=2, minn=2, maxn=4, quantize=dict(cutoff=5_000, retrain=True, qnorm=True)),
    "pruned-words.ftz": dict(labels=3, dim=10, quantize=dict(cutoff=400, dsub=3)),
    "labels.ftz": dict(labels=300, dim=8, bucket=2_000, wordNgrams=2, quantize=dict(qout=True, qnorm=True)),
    "hs-labels.ftz": dict(labels=300, dim=9, loss="hs", quantize=dict(qout=True)),
}


def train(folder, lines, name, labels, quantize=None, **options):
    text = folder / "train.txt"
    # Label i is about 1 / (i + 1) as frequent as the first, so that the tree of hs has some depth.
    chosen = [label for label in range(labels) for _ in range(1 + labels // (label + 1))]
    rows = [f"__label__l{chosen[k * 7919 % len(chosen)]} {line[:2000]}\n" for k, line in enumerate(lines * (1 + 2 * len(chosen) // len(lines)))]
    text.write_text("".join(rows), encoding="utf-8")
    # With fewer than ten threads part of the input matrix is left unset, and training ends in NaN by chance.
    model = fasttext.train_supervised(str(text), thread=12, epoch=3, lr=0.3, verbose=0, **options)
    if quantize is not None:
        model.quantize(input=str(text), thread=12, epoch=1, verbose=False, **quantize)
    model.save_model(str(folder / name))


def predict(model, line):
    # model.predict fails on numpy 2 in some builds; this is what it calls.
    return model.f.predict(line + "\n", -1, 0.0, "strict")


def read_documents():
    # Not by splitlines: JSON strings may hold U+2028.
    return [json.loads(row) for row in sys.stdin.buffer.read().decode().split("\n") if row]


def main(command, path):
    if command == "time":
        start = time.perf_counter()
        model = fasttext.load_model(path)
        loaded = time.perf_counter()
        lines = read_documents()
        parsed = time.perf_counter()
        for line in lines:
            predict(model, line)
        print(json.dumps({"load": loaded - start, "predict": time.perf_counter() - parsed}))
        return
    folder = pathlib.Path(path)
    lines = [" ".join(text.strip().splitlines()) for text in read_documents()]
    answers = {}
    for name, options in MODELS.items():
        train(folder, lines, name, **options)
        model = fasttext.load_model(str(folder / name))
        answers[name] = [{label: probability for probability, label in predict(model, line)} for line in lines]
    (folder / "answers.json").write_text(json.dumps({"lines": lines, "models": answers}))


if sys.argv[1] != "--check":
    main(sys.argv[1], sys.argv[2])
