"""First points of A-CODER and VR-A-CODER, one coordinate after the other, by loops over scalars written from the recurrences.

Nothing is shared with Nabla: every partial derivative is a fresh sum over the rows at the mixed point, proximal steps are found by
trying the three pieces of the absolute value.
"""
import json
import math
import os

import numpy as np

from procedures import Stream, derive

ORIGIN = "loops over scalars written from the recurrences, golden/a_coder.py; random numbers by Philox4x32-10"


def problem(seed, n, d, loss):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(n, d)) + 0.8 * random.normal(size=(n, 1))
    labels = rows @ np.linspace(2, -1, d) + 0.4 * random.normal(size=n)
    return rows, np.where(labels > 0, 1.0, -1.0) if loss == "logistic" else labels


def slope(loss, z, y):
    return z - y if loss == "squared" else -y / (1 + math.exp(y * z))


def argmin(goal, weight, absolute, ridge, low, high):
    """argmin of weight (absolute |v| + ridge v^2 / 2) + (v - goal)^2 / 2 over [low, high]."""
    value = lambda v: weight * (absolute * abs(v) + ridge * v * v / 2) + (v - goal) ** 2 / 2
    pieces = [0.0, (goal - weight * absolute) / (1 + weight * ridge), (goal + weight * absolute) / (1 + weight * ridge)]
    allowed = [min(max(v, low), high) for v in pieces]
    return min(allowed, key=value)


def partial(rows, labels, loss, point, j, t=None):
    n = len(labels)
    which = range(n) if t is None else [t]
    return sum(slope(loss, sum(rows[i][k] * point[k] for k in range(len(point))), labels[i]) * rows[i][j] for i in which) / len(which)


def blocks(d, size):
    return [list(range(i, min(i + size, d))) for i in range(0, d, size)]


def full(rows, labels, loss, absolute, ridge, low, high, smoothness, size, passes):
    d = rows.shape[1]
    origin = [0.5] * d
    y, v, z = origin[:], origin[:], [0.0] * d
    gradient_before, p_before, a_before, total, path = [0.0] * d, [0.0] * d, 0.0, 0.0, []
    for k in range(passes):
        # a^2 / (total + a) = c is a quadratic equation.
        c = 2 * (1 + total * ridge) / (5 * smoothness)
        a = max(np.roots([1, -c, -c * total]).real)
        new = total + a
        x = [total / new * y[i] + a / new * v[i] for i in range(d)]
        gradient = [partial(rows, labels, loss, x, j) for j in range(d)]
        mixed, p = x[:], [0.0] * d
        for block in reversed(blocks(d, size)):
            for j in block:
                p[j] = partial(rows, labels, loss, mixed, j)
            for j in block:
                q = p[j] + (a_before / a) * (gradient_before[j] - p_before[j])
                z[j] += a * q
                v[j] = argmin(origin[j] - z[j], new, absolute, ridge, low[j], high[j])
                y[j] = total / new * y[j] + a / new * v[j]
            for j in block:
                mixed[j] = y[j]
        gradient_before, p_before, a_before, total = gradient, p, a, new
        path.append(y[:])
    return origin, path


def sampled(rows, labels, loss, absolute, ridge, low, high, smoothness, size, inner, epochs, seed):
    n, d = rows.shape
    stream = Stream(derive(seed, "samples"))
    origin = [0.5] * d
    a = total = 1 / (4 * smoothness)
    z = [inner * a * partial(rows, labels, loss, origin, j) for j in range(d)]
    v = [argmin(origin[j] - z[j] / inner, total, absolute, ridge, low[j], high[j]) for j in range(d)]
    mean, x_before, y_before, x, y, path = v[:], origin[:], origin[:], origin[:], origin[:], []
    for _ in range(epochs):
        a_before = a
        a = math.sqrt(inner * total * (1 + total * ridge) / (8 * smoothness))
        new = total + a
        mu = [partial(rows, labels, loss, mean, j) for j in range(d)]
        points = []
        for k in range(1, inner + 1):
            x_before, y_before = x[:], y[:]
            x = [(total * mean[i] + a * v[i]) / new for i in range(d)]
            for block in reversed(blocks(d, size)):
                t = stream.below(n)
                after = block[-1] + 1
                w = x[:after] + y[after:]
                w_before = x_before[:after] + y_before[after:]
                q = {}
                for j in block:
                    reduced = partial(rows, labels, loss, w, j, t) - partial(rows, labels, loss, mean, j, t) + mu[j]
                    missed = partial(rows, labels, loss, x_before, j, t) - partial(rows, labels, loss, w_before, j, t)
                    q[j] = reduced + (a_before if k == 1 else a) / a * missed
                for j in block:
                    z[j] += a * q[j]
                    v[j] = argmin(origin[j] - z[j] / inner, total + a * k / inner, absolute, ridge, low[j], high[j])
                    y[j] = (total * mean[j] + a * v[j]) / new
            points.append(y[:])
        mean = [sum(p[j] for p in points) / inner for j in range(d)]
        total = new
        path.append(mean[:])
    return origin, path


def case(name, settings, loss, absolute, ridge, bound=None, seed=6):
    rows, labels = problem(8, 7, 5, loss)
    low, high = ([-1e300] * 5, [1e300] * 5) if bound is None else ([-bound] * 5, [bound] * 5)
    common = (rows, labels, loss, absolute, ridge, low, high, settings["smoothness"], settings.get("blockSize", 1))
    origin, path = full(*common, 9) if "innerSteps" not in settings else sampled(*common, settings["innerSteps"], 4, seed)
    os.makedirs("a-coder", exist_ok=True)
    document = {"method": "a-coder", "origin": ORIGIN, "settings": settings, "seed": seed, "problem": {
        "rows": rows.ravel().tolist(), "labels": labels.tolist(), "loss": loss, "weight": absolute, "ridge": ridge,
        **({} if bound is None else {"lower": low, "upper": high})}, "start": origin, "expected": path}
    with open(f"a-coder/{name}.json", "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


case("lasso", {"smoothness": 6.0}, "squared", 0.3, 0.0)
case("elastic-net-blocks", {"smoothness": 6.0, "blockSize": 2}, "squared", 0.1, 0.2)
case("logistic-bounds", {"smoothness": 1.0}, "logistic", 0.02, 0.1, bound=0.8)
case("sampled", {"smoothness": 20.0, "innerSteps": 3}, "logistic", 0.02, 0.0)
case("sampled-blocks", {"smoothness": 20.0, "innerSteps": 4, "blockSize": 2}, "squared", 0.1, 0.3)
