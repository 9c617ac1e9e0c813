# Makes the files beside it: small models as Keras lays them out, with probabilities
# from a numpy forward pass of rows (tiny) and of names (chains), and tokenizers in every pickle protocol that Keras'
# users have. Needs h5py and numpy; Keras itself is not needed.
import collections
import json
import pickle
import sys
import types

import h5py
import numpy as np

rng = np.random.default_rng(7)
ROWS, EMBED, H1, H2, LENGTH = 7, 3, 2, 2, 5


def lstm(name, units, sequences, backwards=False):
    return {"class_name": "LSTM", "config": {
        "name": name, "units": units, "activation": "tanh", "recurrent_activation": "sigmoid",
        "use_bias": True, "return_sequences": sequences, "go_backwards": backwards}}


config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
    {"class_name": "InputLayer", "config": {"name": "input", "batch_shape": [None, LENGTH]}},
    {"class_name": "Embedding", "config": {"name": "embedding", "input_dim": ROWS, "output_dim": EMBED, "mask_zero": False}},
    {"class_name": "Bidirectional", "config": {
        "name": "bidirectional", "merge_mode": "concat",
        "layer": lstm("forward_lstm", H1, True), "backward_layer": lstm("backward_lstm", H1, True, True)}},
    {"class_name": "Dropout", "config": {"name": "dropout", "rate": 0.5}},
    lstm("lstm_1", H2, False),
    {"class_name": "Dense", "config": {"name": "dense", "units": 1, "activation": "sigmoid", "use_bias": True}},
]}}


def draw(*shape):
    return rng.normal(size=shape).astype(np.float32)


def cell(prefix, n, units):
    return {prefix + "kernel": draw(n, 4 * units), prefix + "recurrent_kernel": draw(units, 4 * units), prefix + "bias": draw(4 * units)}


weights = {
    "embedding": {"sequential/embedding/embeddings": draw(ROWS, EMBED)},
    "bidirectional": cell("sequential/bidirectional/forward_lstm/lstm_cell/", EMBED, H1)
    | cell("sequential/bidirectional/backward_lstm/lstm_cell/", EMBED, H1),
    "lstm_1": cell("sequential/lstm_1/lstm_cell/", 2 * H1, H2),
    "dense": {"sequential/dense/kernel": draw(H2, 1), "sequential/dense/bias": draw(1)},
}


def write(path, config, weights):
    with h5py.File(path, "w") as f:
        f.attrs["model_config"] = json.dumps(config)
        f.attrs["keras_version"] = "3.8.0"
        top = f.create_group("model_weights")
        top.attrs["layer_names"] = [n.encode() for n in weights]
        for layer, arrays in weights.items():
            g = top.create_group(layer)
            g.attrs["weight_names"] = [n.encode() for n in arrays]
            for name, a in arrays.items():
                g.create_dataset(name, data=a)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def run(xs, k, u, b):
    h = c = np.zeros(len(u))
    out = []
    for x in xs:
        i, f, g, o = np.split(x @ k + h @ u + b, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        out.append(h)
    return np.array(out)


def predict(seq):
    w = [a.astype(np.float64) for layer in weights.values() for a in layer.values()]
    xs = w[0][seq]
    both = np.concatenate([run(xs, *w[1:4]), run(xs[::-1], *w[4:7])[::-1]], axis=1)
    return float(sigmoid(run(both, *w[7:10])[-1] @ w[10] + w[11])[0])


write("tiny.h5", config, weights)
with open("tiny.jsonl", "w") as f:
    for _ in range(20):
        seq = rng.integers(0, ROWS, LENGTH).tolist()
        f.write(json.dumps({"sequence": seq, "probability": predict(seq)}) + "\n")

# The tokenizer: a class of the right name in a module of the right name.
words = collections.OrderedDict([("systemd", 9), ("bash", 7), ("Xorg", 5), ("naïve", 1)])
for module, protocol in [
    ("keras_preprocessing.text", 2),
    ("keras.preprocessing.text", 3),
    ("keras.src.legacy.preprocessing.text", 4),
    ("keras.src.preprocessing.text", 5),
]:
    parts = module.split(".")
    for i in range(len(parts)):
        sys.modules[".".join(parts[:i + 1])] = types.ModuleType(".".join(parts[:i + 1]))
    Tokenizer = type("Tokenizer", (), {"__module__": module})
    sys.modules[module].Tokenizer = Tokenizer
    t = Tokenizer()
    t.word_counts = words
    t.word_docs = collections.defaultdict(int, words)
    t.filters, t.split, t.lower, t.char_level = "", " ", False, False
    t.num_words, t.oov_token, t.document_count = None, None, 70000
    t.word_index = {w: i + 1 for i, w in enumerate(words)}
    t.index_word = {i + 1: w for i, w in enumerate(words)}
    with open(f"tokenizer{protocol}.pkl", "wb") as f:
        pickle.dump(t, f, protocol=protocol)

with open("tokenizer.json", "w") as f:
    json.dump({"class_name": "Tokenizer", "config": {
        "num_words": None, "filters": "", "lower": False, "split": " ", "char_level": False, "oov_token": None,
        "document_count": 70000, "word_counts": json.dumps(words),
        "word_index": json.dumps({w: i + 1 for i, w in enumerate(words)})}}, f)

# A model that goes with these tokenizers and does not call everything normal, and
# chains of names for it, turned into rows as the published script does.
for layer, arrays in weights.items():
    for name in arrays:
        arrays[name] = 3 * draw(*arrays[name].shape)
weights["dense"]["sequential/dense/bias"] -= np.float32(1.16)  # which puts them about one half
write("chains.h5", config, weights)
names = list(words) + ["xmrig", "it's", "BASH"]
with open("chains.jsonl", "w") as f:
    for size in list(range(8)) + [3] * 32:
        chain = rng.choice(names, size).tolist()
        known = [list(words).index(n) + 1 for n in chain if n in words][-LENGTH:]
        f.write(json.dumps({"sequence": chain, "probability": predict(known + [0] * (LENGTH - len(known)))}) + "\n")
