"""Unlearning from logit difference: filtered differences of logits and the loss against a uniform assistant, in plain Python.

The filter is the published one: a token counts where its log-probability reaches that of the likeliest plus ln(filter), or, if that is lower, that of the
k-th likeliest, with k = filter times the number of tokens.
"""
import json
import math
import os
import random

random.seed(5)
ROWS, TOKENS = 3, 12
base = [[random.gauss(0, 3) for _ in range(TOKENS)] for _ in range(ROWS)]
assistant = [[random.gauss(0, 2) for _ in range(TOKENS)] for _ in range(ROWS)]


def logs(row):
    top = max(row)
    total = top + math.log(sum(math.exp(z - top) for z in row))
    return [z - total for z in row]


def difference(weight, share):
    out = []
    for z, a in zip(base, assistant):
        p = logs(z)
        order = sorted(p, reverse=True)
        limit = min(order[max(1, int(share * TOKENS)) - 1], order[0] + math.log(share)) if share > 0 else -math.inf
        out.append([zi - (weight * ai if pi >= limit else 0) for zi, ai, pi in zip(z, a, p)])
    return out


uniform = [1 / TOKENS] * TOKENS
loss = sum(sum(u * (math.log(u) - l) for u, l in zip(uniform, logs(row))) for row in assistant) / ROWS
os.makedirs("uld", exist_ok=True)
with open("uld/difference.json", "w") as file:
    json.dump({"origin": "plain Python by the formulas of the published code", "base": base, "assistant": assistant, "from_uniform": loss,
               "cases": [{"weight": w, "filter": f, "expected": difference(w, f)} for w, f in ((0.8, 0.01), (0.8, 0.3), (1.5, 0.0), (0.0, 0.1))]}, file, indent=1)
    file.write("\n")
