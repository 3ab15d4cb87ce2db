"""Minima of the convex programs of networks with one hidden layer, by a barrier method on all constraints written out.

Nothing is shared with the library: patterns come from many drawn directions, the sums of absolute values from all vectors of
signs, cones without inside are found by linear programs, and Newton's method on the barrier takes the place of ADMM.
"""
import itertools
import json
import os

import numpy as np
from scipy.optimize import linprog


def patterns_of(table, rng):
    seen = set()
    for _ in range(40):
        signs = rng.normal(size=(200000, table.shape[1])) @ table.T >= 0
        seen |= {tuple(row) for row in np.unique(signs, axis=0).astype(int)}
    return [np.array(p) for p in sorted(seen)]


def solve(x, y, loss, beta, radius, intercept, chosen=None):
    n, features = x.shape
    rng = np.random.default_rng(99)
    table = np.hstack([x, np.ones((n, 1))]) if intercept else x
    d = table.shape[1]
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=features))) if radius > 0 else np.zeros((1, features))
    signs = np.hstack([signs, np.zeros((len(signs), d - features))])
    found = patterns_of(table, rng)
    groups = []
    for p in found:
        # Reaches at every vector of signs: (2 d - 1) x'v - radius * sign'v >= 0.
        cone = np.vstack([(2 * p[k] - 1) * table[k] - radius * s for k in range(n) for s in signs])
        inside = linprog(np.append(np.zeros(d), -1), A_ub=np.hstack([-cone, np.ones((len(cone), 1))]), b_ub=np.zeros(len(cone)),
                         bounds=[(-1, 1)] * d + [(None, 1)])
        if inside.x[-1] > 1e-9:
            groups.append((p, cone, inside.x[:d]))
    both = [(g, 1.0) for g in groups] + [(g, -1.0) for g in groups]
    m = len(both)
    size = m * d + m + n  # weights, their norms, worst outputs
    at = lambda g: slice(g * d, (g + 1) * d)
    lines, rights = [], []  # lines @ z <= rights
    for g, ((p, cone, _), _) in enumerate(both):
        for c in cone:
            line = np.zeros(size)
            line[at(g)] = -c
            lines.append(line)
            rights.append(0.0)
    for k in range(n):
        for s in signs:
            for side in ([1.0, -1.0] if loss == "squared" else [-y[k]]):
                line = np.zeros(size)
                for g, ((p, _, _), sign) in enumerate(both):
                    line[at(g)] = sign * p[k] * (side * table[k] + radius * s)
                line[m * d + m + k] = -1
                lines.append(line)
                rights.append(side * y[k] if loss == "squared" else (-1.0 if loss == "hinge" else 0.0))
        if loss == "hinge":
            line = np.zeros(size)
            line[m * d + m + k] = -1
            lines.append(line)
            rights.append(0.0)
    a, b = np.array(lines), np.array(rights)
    worst, norms = slice(m * d + m, size), slice(m * d, m * d + m)

    def smooth(z):
        w = z[worst]
        if loss == "squared":
            return 0.5 * w @ w, w, np.ones(n)
        if loss == "hinge":
            return w.mean(), np.ones(n) / n, np.zeros(n)
        e = 0.5 * (1 + np.tanh(0.5 * w))
        return np.logaddexp(0, w).mean(), e / n, e * (1 - e) / n

    def value(z, t):
        slack = b - a @ z
        u = z[: m * d].reshape(m, d)
        gap = z[norms] ** 2 - (u ** 2).sum(1)
        if slack.min() <= 0 or gap.min() <= 0 or z[norms].min() <= 0:
            return np.inf
        return t * (smooth(z)[0] + beta * z[norms].sum()) - np.log(slack).sum() - np.log(gap).sum()

    z = np.zeros(size)
    for g, ((_, _, inner), _) in enumerate(both):
        z[at(g)] = 0.01 * inner
    z[norms] = 1
    z[worst] = np.abs(a[:, : m * d] @ z[: m * d]).max() + np.abs(y).max() + 2
    t = 1.0
    while t < 1e10:
        for _ in range(100):
            slack = b - a @ z
            u = z[: m * d].reshape(m, d)
            gap = z[norms] ** 2 - (u ** 2).sum(1)
            _, first, second = smooth(z)
            gradient = a.T @ (1 / slack)
            hessian = (a / slack[:, None] ** 2).T @ a
            gradient[worst] += t * first
            hessian[range(m * d + m, size), range(m * d + m, size)] += t * second
            gradient[norms] += t * beta - 2 * z[norms] / gap
            for g in range(m):
                index = np.append(np.arange(g * d, (g + 1) * d), m * d + g)
                slope = np.append(-2 * u[g], 2 * z[m * d + g])
                gradient[at(g)] += 2 * u[g] / gap[g]
                hessian[np.ix_(index, index)] += np.outer(slope, slope) / gap[g] ** 2 - 2 * np.diag(np.append(-np.ones(d), 1.0)) / gap[g]
            step = -np.linalg.solve(hessian, gradient)
            if -gradient @ step < 1e-10:
                break
            now, length = value(z, t), 1.0
            while not value(z + length * step, t) <= now + 0.1 * length * gradient @ step:
                length *= 0.5
                if length < 1e-12:
                    break
            if length < 1e-12:
                break
            z = z + length * step
        t *= 5
    return smooth(z)[0] + beta * z[norms].sum(), len(found), len(groups)


def case(name, method, settings, seed, n=7, d=2):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    o = {"loss": "squared" if method == "convex-relu-admm" else "hinge", "beta": 1e-4, "radius": 0.0, "intercept": False, **settings}
    y = x[:, 0] * np.sin(2 * x[:, -1]) + 0.3 * rng.normal(size=n)
    if o["loss"] != "squared":
        y = np.where(rng.permutation(n) % 2 == 0, 1.0, -1.0)
    value, found, usable = solve(x, y, o["loss"], o["beta"], o["radius"], o["intercept"])
    os.makedirs(method, exist_ok=True)
    with open(f"{method}/{name}.json", "w") as file:
        json.dump({"method": method, "origin": "barrier method in numpy, golden/convex_relu.py", "settings": settings, "rows": x.ravel().tolist(),
                   "columns": d, "labels": y.tolist(), "patterns": found, "minimum": value}, file, indent=1)
        file.write("\n")
    print(method, name, value, found, usable)


if __name__ == "__main__":
    case("squared", "convex-relu-admm", {"beta": 0.05, "rho": 0.01}, 1)
    case("penalized", "convex-relu-admm", {"beta": 0.3, "dualStep": 1.5, "startScale": 0.5}, 2)
    case("intercept", "convex-relu-admm", {"beta": 0.05, "intercept": True, "rho": 0.2}, 3, n=6)
    case("hinge", "convex-relu-admm", {"beta": 0.01, "loss": "hinge", "rho": 0.01}, 4)
    case("logistic", "convex-relu-admm", {"beta": 0.005, "loss": "logistic", "rho": 0.003}, 5)
    case("three", "convex-relu-admm", {"beta": 0.1, "patterns": 400}, 6, n=6, d=3)
    case("hinge", "convex-robust-relu", {"beta": 0.01, "radius": 0.1, "patterns": 0}, 7)
    case("intercept", "convex-robust-relu", {"beta": 0.01, "radius": 0.15, "intercept": True, "patterns": 0}, 8, n=6)
    case("squared", "convex-robust-relu", {"beta": 0.05, "radius": 0.05, "loss": "squared", "patterns": 500, "rho": 0.1}, 9)
    case("logistic", "convex-robust-relu", {"beta": 0.01, "radius": 0.1, "loss": "logistic", "intercept": True, "patterns": 0, "rho": 0.003}, 10, n=6)
