"""The path of Newton's method regularized by the gradient's norm, by a plain numpy loop written from its equations; nothing of it
is shared with Nabla. Linear systems are solved by numpy, definiteness is read off the eigenvalues.
"""
import json
import pathlib

import numpy as np

rng = np.random.default_rng(29)
rows = rng.normal(size=(14, 3)) * np.array([1.0, 0.5, 0.25])
labels = np.sign(rows @ np.array([1.0, -2.0, 1.5]) + 0.4 * rng.normal(size=14))
start = np.array([6.0, 5.0, -9.0])
RIDGE = 0.01


def chance(x):
    return 1 / (1 + np.exp(labels * (rows @ x)))


def value(x):
    return np.mean(np.logaddexp(0, -labels * (rows @ x))) + RIDGE / 2 * x @ x


def gradient(x):
    return -rows.T @ (labels * chance(x)) / len(labels) + RIDGE * x


def matrix(x, curvature):
    p = chance(x)
    weights = p * p if curvature == "fisher" else p * (1 - p)
    return rows.T @ np.diag(weights) @ rows / len(labels) + RIDGE * np.eye(3)


def run(curvature, radius, adaptive, trials):
    x, gamma, path = start.copy(), radius, []
    for _ in range(trials):
        g = gradient(x)
        weight = np.linalg.norm(g) / gamma
        system = matrix(x, curvature) + weight * np.eye(3)
        assert np.linalg.eigvalsh(system)[0] > 0
        trial = x - np.linalg.solve(system, g)
        fall, after = value(x) - value(trial), gradient(trial)
        if not adaptive or fall >= after @ after / (8 * weight):
            x = trial
            gamma = 2 * gamma if adaptive else radius
        else:
            gamma /= 2
        path.append(x.tolist())
    return path


folder = pathlib.Path("grad-normalized-newton")
folder.mkdir(exist_ok=True)
# A first radius that is far too large makes the search halve it.
cases = {
    "exact": dict(curvature="exact", radius=1.0, adaptive=True),
    "gauss-newton": dict(curvature="gauss-newton", radius=200.0, adaptive=True),
    "fisher": dict(curvature="fisher", radius=50.0, adaptive=True),
    "fixed": dict(curvature="exact", radius=2.0, adaptive=False),
}
for name, o in cases.items():
    path = run(o["curvature"], o["radius"], o["adaptive"], 14)
    document = {"method": "grad-normalized-newton", "case": name,
                "origin": "numpy loop from the equations, golden/grad_normalized_newton.py",
                "settings": o, "rows": rows.ravel().tolist(), "labels": labels.tolist(), "ridge": RIDGE,
                "start": start.tolist(), "expected": path}
    (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
