"""The path of the sketched Newton method on problem 42 of Hock and Schittkowski, by a numpy loop written from its equations.

Nothing is shared with Nabla: matrices are dense, the slope of the merit is a central difference of the merit itself along the
direction, reduced curvature comes from the singular vectors of the Jacobian.
"""
import json
import math
import pathlib

import numpy as np

from procedures import Stream, derive

GOAL = np.array([1.0, 2.0, 3.0, 4.0])


def value(x):
    return np.sum((x - GOAL) ** 2)


def constraints(x):
    return np.array([x[0] - 2, x[2] ** 2 + x[3] ** 2 - 2])


def jacobian(x):
    return np.array([[1.0, 0, 0, 0], [0, 0, 2 * x[2], 2 * x[3]]])


def slope(x, m):
    return 2 * (x - GOAL) + jacobian(x).T @ m


def hessian(m):
    return np.diag([2.0, 2, 2 + 2 * m[1], 2 + 2 * m[1]])


def gaussian(stream):
    while True:
        u, v = 2 * stream.uniform() - 1, 2 * stream.uniform() - 1
        s = u * u + v * v
        if 0 < s < 1:
            return u * math.sqrt(-2 * math.log(s) / s)


def run(o, start, iterations, seed):
    o = dict(sketch="gaussian", sketchSize=1, sketchSteps=100_000, accuracy=0.1, sharpening=1.0, theory=False,
             constraintPenalty=1.0, gradientPenalty=0.1, growth=1.5, sufficient=0.1, regularization=0.1) | o
    stream = Stream(derive(seed, "sketches"))
    x, m, delta, theta = np.array(start), np.zeros(2), o["accuracy"], 1.0
    first, second, path = o["constraintPenalty"], o["gradientPenalty"], []
    for _ in range(iterations):
        g, h = jacobian(x), hessian(m)
        null = np.linalg.svd(g)[2][2:].T
        shift = 0.0 if np.linalg.eigvalsh(null.T @ h @ null)[0] >= 1e-6 else o["regularization"] + np.linalg.norm(h)
        b_matrix = h + shift * np.eye(4)
        k = np.block([[b_matrix, g.T], [g, np.zeros((2, 2))]])
        right = -np.concatenate([slope(x, m), constraints(x)])
        norm = np.linalg.norm(right)
        weights = [first, second]

        def merit(t, d):
            at, mu = x + t * d[:4], m + t * d[4:]
            return value(at) + constraints(at) @ mu + weights[0] / 2 * np.sum(constraints(at) ** 2) + weights[1] / 2 * np.sum(slope(at, mu) ** 2)

        def along(d):
            # A central difference of a merit that is a polynomial of low degree: two widths, extrapolated.
            size = 1e-3 / max(1e-12, np.linalg.norm(d))
            c = lambda w: (merit(w, d) - merit(-w, d)) / (2 * w)
            return (4 * c(size) - c(2 * size)) / 3

        psi = 20 * max(np.linalg.norm(b_matrix) ** 2, 1) / (min(np.linalg.eigvalsh(g @ g.T)[0], 1) * min(o["regularization"], 1))
        upsilon = max(np.linalg.norm(g), np.linalg.norm(h), 1)
        bound = lambda: (0.5 - o["sufficient"]) * weights[1] / ((1 + weights[0] + weights[1]) * upsilon ** 2 * psi ** 2)
        if o["theory"]:
            delta = max(min(delta, bound()), 1e-6)
        caution = np.linalg.norm(k) * psi if o["theory"] else 1.0
        d, count = np.zeros(6), 0
        while True:
            while count < o["sketchSteps"] and np.linalg.norm(k @ d - right) > theta * delta * norm / caution:
                if o["sketch"] == "gaussian":
                    s = np.array([[gaussian(stream) for _ in range(6)] for _ in range(o["sketchSize"])]).T
                else:
                    s = np.eye(6)[:, [stream.below(6) for _ in range(o["sketchSize"])]]
                image = k @ s
                count += 1
                if np.linalg.matrix_rank(image) == image.shape[1]:
                    d = d - image @ np.linalg.solve(image.T @ image, s.T @ (k @ d - right))
            if along(d) <= -weights[1] / 2 * norm ** 2:
                break
            weights[0] *= o["growth"] ** 2
            weights[1] /= o["growth"]
            delta /= o["growth"] ** 4
            if o["theory"]:
                delta = max(min(delta, bound()), 1e-6)
        first, second = weights
        t, a = 1.0, along(d)
        while merit(t, d) > merit(0, d) + o["sufficient"] * t * a:
            t /= 2
        x, m = x + t * d[:4], m + t * d[4:]
        theta *= o["sharpening"]
        path.append([*x.tolist(), *m.tolist(), t, count])
    return path


folder = pathlib.Path("sketch-newton-al")
folder.mkdir(exist_ok=True)
cases = {
    "gaussian": (dict(), [1.0, 1, 1, 1]),
    "kaczmarz-pairs": (dict(sketch="kaczmarz", sketchSize=2, sharpening=0.5, accuracy=0.3), [1.0, 1, 1, 1]),
    "theory": (dict(theory=True, sketchSize=2), [1.0, 1, 1, 1]),
    "distant": (dict(gradientPenalty=2.0, constraintPenalty=0.2, growth=2.0, sufficient=0.3, regularization=0.5, sketchSize=2), [3.0, 1, -4, 0.5]),
}
for name, (o, start) in cases.items():
    # The exact steps of the theory are down to rounding after four.
    path = run(o, start, 4 if "theory" in o else 6, 5)
    print(name, [(round(p[0], 3), p[6], p[7]) for p in path])
    document = {"method": "sketch-newton-al", "case": name, "origin": "numpy loop from the equations, golden/sketch_newton_al.py; random numbers by Philox4x32-10",
                "settings": o, "seed": 5, "start": start, "expected": path}
    (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
