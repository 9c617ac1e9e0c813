# Makes literals.jsonl beside it: texts of lists and what Python reads in them
# (ast.literal_eval), null where that is no list of strings. Needs Python 3.9 or
# newer and nothing else.
import ast
import json
import random
import warnings

warnings.simplefilter("ignore")  # about escapes that Python does not know
rng = random.Random(11)

texts = [
    "['curl', 'bash', 'httpd', 'systemd']", "['nc','bash']", "[]", "[ ]", " ['a']", "['a'] ", "['a',]", "[,]", "['a',,'b']",
    "", "a", "'a'", "['a'", "'a']", "['a' 'b']", "['a' \"b\", 'c']", "['a'\n, 'b']", "['a\nb']", "[1]", "[None]", "['a', 1]",
    "[['a']]", "('a',)", "['a'] + ['b']", "[\"it's\"]", "['say \"x\"']", r"['it\'s']", r'["a\"b"]', r"['a\\']", r"['a\']",
    r"['\x41\u0042\U00000043\104']", r"['\x4']", r"['\u12']", r"['\U00110000']", r"['\8']", r"['\q\.']", r"['\0']", r"['\777']",
    r"['\n\t\r\a\b\f\v']", "['a\\\nb']", "[u'a', U\"b\"]", "[b'a']", "['naïve', '\u202e', '😀']", "[a]", "[nan]", "['a';'b']",
    "['a\\\r\nb']", "['a\rb']", "['a',\r\n'b']", "{'a'}", "['''a''']", "[\"a\" , ]", "['']", "['a b', ' ']", "['\t']", "[\f'a'\t]", "['a']]", "[['a'", "['a' , b]",
]
alphabet = "ab'\"\\\n\t\r ,[]ïπ😀\x00\x1b\x7f\u200b0x"
for _ in range(150):
    names = ["".join(rng.choice(alphabet) for _ in range(rng.randrange(6))) for _ in range(rng.randrange(4))]
    texts.append(repr(names))
for _ in range(150):  # damaged
    t = list(repr(["ab'", 'c"', "\\d", "e\n"][: rng.randrange(1, 5)]))
    for _ in range(rng.randrange(1, 3)):
        i = rng.randrange(len(t))
        t[i] = rng.choice(["", rng.choice("'\",\\[]u x"), t[i] + t[i]])
    texts.append("".join(t))


def read(text):
    try:
        v = ast.literal_eval(text)
    except Exception:
        return None
    return v if isinstance(v, list) and all(isinstance(n, str) for n in v) else None


with open("literals.jsonl", "w") as f:
    for text in dict.fromkeys(texts):
        f.write(json.dumps({"text": text, "names": read(text)}) + "\n")
