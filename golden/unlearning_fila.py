"""FILA's factors by numpy: weighted singular value decomposition, written from the paper's appendix.

The product s B A and the weighted residual are given, since signs of singular vectors are free.
"""
import json
import os

import numpy as np

random = np.random.default_rng(3)
outputs, inputs, rank, scale = 5, 7, 2, 2.0
weight = random.normal(size=(outputs, inputs))
rows = np.abs(random.normal(size=outputs)) * 3
u, s, vt = np.linalg.svd(np.diag(rows) @ weight)
a = np.diag(np.sqrt(s[:rank] / scale)) @ vt[:rank]
b = np.diag(1 / (rows + 1e-5)) @ u[:, :rank] @ np.diag(np.sqrt(s[:rank] / scale))
os.makedirs("unlearning-losses", exist_ok=True)
with open("unlearning-losses/fila.json", "w") as file:
    json.dump(
        {
            "origin": "numpy, float64",
            "rank": rank,
            "scale": scale,
            "weight": weight.tolist(),
            "rows": rows.tolist(),
            "product": (scale * b @ a).tolist(),
            "dropped": float((s[rank:] ** 2).sum()),
        },
        file,
        indent=1,
    )
