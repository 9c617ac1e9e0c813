"""How many chains a second Keras and ONNX Runtime score with the published classifier,
beside 'oddkin classify' on the same weights, chains and processors.

    pip install tensorflow-cpu onnxruntime tf2onnx
    oddkin model import-keras model.h5 tokenizer.pkl -o plain.safetensors
    python3 samples/bench/scoring.py ./oddkin plain.safetensors model.h5 tokenizer.pkl

Two sets of chains are scored. "random" is drawn from the tokenizer's words, two to twelve long, all
different: the network's arithmetic, and nothing that could be shared. "recorded" is drawn from the chains of
samples/corpus, each as often as it was seen on its host, as whoever scores a log has them: what begins or
ends alike is worked out once by oddkin. Keras and ONNX Runtime are timed over prediction alone, in batches of 1,024, after a round
that warms up; oddkin over its whole run, reading and writing the table included. Every
program's probabilities are compared.
"""
import collections
import csv
import glob
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np  # noqa: E402

ROWS, ROUNDS, BATCH, LENGTH = 100_000, 5, 1024, 10


class Tokenizer:
    """What the pickle holds, read without the library that wrote it."""

    def __init__(self, *args):
        pass


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if name == "Tokenizer":
            return Tokenizer
        return super().find_class(module, name) if module == "collections" else dict


def main():
    oddkin, plain, h5, tokenizer = sys.argv[1:5]
    with open(tokenizer, "rb") as f:
        index = Unpickler(f).load().__dict__["word_index"]
    r = random.Random(1)
    words = sorted(index)
    import keras

    model = keras.models.load_model(h5, compile=False)
    compare("random", [[r.choice(words) for _ in range(r.randint(2, 12))] for _ in range(ROWS)], index, model, oddkin, plain)
    seen = recorded(index)
    compare("recorded", r.choices(list(seen), list(seen.values()), k=ROWS), index, model, oddkin, plain)


def recorded(index):
    """How often each chain of the corpora was seen: names leaf first, those that the tokenizer knows."""
    seen = collections.Counter()
    for path in sorted(glob.glob(os.path.join(os.path.dirname(__file__), "..", "corpus", "*.chains"))):
        before = []
        with open(path) as f:
            for line in f:
                if line.startswith("#"):
                    continue
                count, _, _, *images = line.rstrip("\n").split("\t")
                if images and images[0].startswith("="):
                    images[:1] = before[: int(images[0][1:])]
                before = images
                names = [n for n in (i.rsplit("/", 1)[-1] for i in reversed(images)) if n in index]
                if names:
                    seen[tuple(names)] += int(count)
    return seen


def compare(what, chains, index, model, oddkin, plain):
    x = np.zeros((ROWS, LENGTH), np.int32)
    for i, c in enumerate(chains):
        ids = [index[w] for w in c][-LENGTH:]
        x[i, : len(ids)] = ids

    results = {}
    results["oddkin"] = run_oddkin(oddkin, plain, [list(c) for c in chains])
    import tensorflow as tf

    results["Keras"] = measure(lambda: model.predict(x, batch_size=BATCH, verbose=0)[:, 0])
    try:
        results["ONNX Runtime"] = run_onnx(tf, model, x)
    except Exception as e:  # a converter that does not know this Keras
        print("ONNX Runtime left out:", e, file=sys.stderr)
    want = results["Keras"][1]
    print(f"{what}: {len(chains)} chains, {len(set(map(tuple, chains)))} different; median (least to most) of {ROUNDS} rounds")
    for name, (costs, got) in results.items():
        cells = []
        for wall_or_cpu, unit in enumerate(("second", "CPU second")):
            rate = sorted(ROWS / c[wall_or_cpu] for c in costs)
            keras = np.median([ROWS / c[wall_or_cpu] for c in results["Keras"][0]])
            cells.append(f"{np.median(rate):8.0f} a {unit} ({rate[0]:.0f} to {rate[-1]:.0f}), {np.median(rate) / keras:5.2f} x Keras")
        print(f"{name:13}" + ";".join(cells) + f"; furthest from Keras {np.abs(got - want).max():.1e}")


def measure(predict):
    """Wall and processor time of rounds, children included, and what the last gave."""
    predict()
    costs = []
    for _ in range(ROUNDS):
        start, before = time.perf_counter(), os.times()
        p = predict()
        after = os.times()
        costs.append((time.perf_counter() - start, sum(after[:4]) - sum(before[:4])))
    return costs, p


def run_onnx(tf, model, x):
    import onnxruntime as ort
    import tf2onnx

    call = tf.function(lambda t: model(t), input_signature=[tf.TensorSpec((None, LENGTH), tf.int32)])
    proto, _ = tf2onnx.convert.from_function(call, input_signature=call.input_signature)
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return measure(lambda: np.concatenate([session.run(None, {name: x[i : i + BATCH]})[0][:, 0] for i in range(0, len(x), BATCH)]))


def run_oddkin(oddkin, plain, chains):
    with tempfile.TemporaryDirectory() as d:
        table = os.path.join(d, "chains.csv")
        with open(table, "w", newline="") as f:
            w = csv.writer(f)
            w.writerow(["ExeNameSequence"])
            w.writerows([[repr(c)] for c in chains])
        out = []

        def classify():
            p = subprocess.run([oddkin, "classify", "--quiet", "--model", plain, table], check=True, capture_output=True, text=True)
            out[:] = [p.stdout]

        costs, _ = measure(classify)
        rows = csv.DictReader(out[0].splitlines())
        return costs, np.array([float(r["Probability"]) for r in rows])


main()
