"""Matrix methods: soap by its authors' code, the others by numpy from the papers' equations, in double.

soap needs NABLA_REFERENCES, a folder with checkouts OWNER/NAME of the repositories named below; their code is run, not
kept. Without it soap is left out.
"""
import os
import pathlib
import subprocess
import sys

import numpy as np
import torch

import vectors
from streams import Stream, derive
from vectors import by_torch, write

torch.set_default_dtype(torch.float64)
derived = "derived by hand: the equations of {} in numpy, float64"
seed = 7000


def cases(method, run, table, origin, shapes, first=None):
    """With `first`, seeds count from there: cases that came later leave the numbers of the others as they are."""
    global seed
    kept, vectors.SHAPES = vectors.SHAPES, shapes
    for i, (case, settings) in enumerate(table.items()):
        seed += first is None
        write(method, case, settings, lambda s, g: run(s, g, dict(settings)), origin, seed if first is None else first + i)
    vectors.SHAPES = kept


def each(step_of):
    """Runs a rule given as step(theta, g, state, t, settings) on matrices; kernels have a row for each output."""
    def run(start, gradients, settings):
        theta = {n: v.reshape(v.shape[0], -1).copy() for n, v in start.items()}
        state = {n: {} for n in start}
        result = []
        for t, gradient in enumerate(gradients, 1):
            for n in theta:
                g = gradient[n].reshape(theta[n].shape) * (-1 if settings.get("maximize") else 1)
                state[n]["name"] = n
                theta[n] = step_of(theta[n], g, state[n], t, settings)
            result.append({n: x.copy() for n, x in theta.items()})
        return result
    return run


def exact_polar(a):
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return u @ vt


def iterate(a, polynomials):
    tall = a.shape[0] > a.shape[1]
    x = (a.T if tall else a) / np.linalg.norm(a)
    for p, q, r in polynomials:
        gram = x @ x.T
        x = p * x + (q * gram + r * gram @ gram) @ x
    return x.T if tall else x


# arXiv:2505.16932, the authors' table for the smallest singular value 1e-3.
express = [(8.28721201814563, -23.595886519098837, 17.300387312530933), (4.107059111542203, -2.9478499167379106, 0.5448431082926601),
           (3.9486908534822946, -2.908902115962949, 0.5518191394370137), (3.3184196573706015, -2.488488024314874, 0.51004894012372),
           (2.300652019954817, -1.6689039845747493, 0.4188073119525673), (1.891301407787398, -1.2679958271945868, 0.37680408948524835),
           (1.8750014808534479, -1.2500016453999487, 0.3750001645474248), (1.875, -1.25, 0.375)]


def polar(a, solver, steps):
    return {"exact": lambda: exact_polar(a), "newton-schulz": lambda: iterate(a, [(1.5, -0.5, 0.0)] * steps),
            "polar-express": lambda: iterate(a, express[:steps]),
            "quintic": lambda: iterate(a, [(3.4445, -4.7750, 2.0315)] * steps)}[solver]()


def muon(w, g, state, t, s):
    mu, lr = s.get("momentum", 0.95), s.get("learningRate", 0.02)
    m = state["m"] = mu * state.get("m", np.zeros_like(g)) + (1 - mu) * g
    u = (1 - mu) * g + mu * m if s.get("nesterov", True) else m
    rows, columns = g.shape
    scale = {"original": np.sqrt(max(1, rows / columns)), "match-rms-adamw": 0.2 * np.sqrt(max(rows, columns)),
             "spectral": np.sqrt(rows / columns), "none": 1.0}[s.get("scaling", "original")]
    return w * (1 - lr * s.get("weightDecay", 0.0)) - lr * scale * polar(u, s.get("solver", "quintic"), s.get("solverSteps", 5))


def inverse_root(a, p):
    values, q = np.linalg.eigh(a)
    return (q * values ** (-1.0 / p)) @ q.T


def turned(g, s):
    side = s.get("side", "smaller")
    return side == "columns" or side == "smaller" and g.shape[0] > g.shape[1]


def leon(w, g, state, t, s):
    tall = turned(g, s)
    g = g.T if tall else g
    lr, eta, side = s.get("learningRate", 0.02), s.get("eta", 1.0), g.shape[0]
    a = state["a"] = s.get("beta1", 0.9) * state.get("a", 0) + g
    m = state["m"] = s.get("beta2", 0.9) * state.get("m", 0) + g @ g.T
    ridged = m + (s.get("gradientBound", 0.0) ** 2 + s.get("ridge", 1e-6) * np.trace(m) / side) * np.eye(side)
    # The augmented space: the polar factor of [sum, C / eta] with C C' = ridged squares, first columns kept.
    p = exact_polar(np.hstack([a, np.linalg.cholesky(ridged) / eta]))[:, :a.shape[1]]
    return advance(w, -lr * (p.T if tall else p), state, t, s)


def advance(w, step, state, t, s):
    """The step, or with midpoint the random point of the step (section 4 of the paper)."""
    decay = s.get("learningRate", 0.02) * s.get("weightDecay", 0.0)
    if not s.get("midpoint"):
        return w + step - decay * w
    old = state.get("iterate", w)
    state["iterate"] = old + step - decay * old
    part = Stream(derive(derive(s.get("seed", 0), state["name"]), f"midpoint {t}")).uniform()
    return old + part * (state["iterate"] - old)


def pion(w, g, state, t, s):
    tall = turned(g, s)
    g = g.T if tall else g
    side = g.shape[0]
    a = state["a"] = s.get("beta1", 0.9) * state.get("a", 0) + g
    m = state["m"] = s.get("beta2", 0.9) * state.get("m", 0) + g @ g.T
    ridged = m + (s.get("gradientBound", 0.0) ** 2 + s.get("ridge", 1e-6) * np.trace(m) / side) * np.eye(side)
    c, draws = np.linalg.cholesky(ridged), s.get("draws", 8)
    stream = Stream(derive(derive(s.get("seed", 0), state["name"]), f"noise {t}"))
    z = np.array([stream.gaussians(a.size) for _ in range(draws)]).reshape(draws, *a.shape)
    solver = s.get("solver", "polar-express")
    p = sum(polar(a + c @ z[i] / s.get("eta", 1.0), solver, 20 if solver == "newton-schulz" else 8) for i in range(draws)) / draws
    return advance(w, -s.get("learningRate", 0.02) * (p.T if tall else p), state, t, s)


def shampoo(w, g, state, t, s):
    g = g + s.get("weightDecay", 0.0) * w
    beta, one_sided = s.get("beta2", 1.0), s.get("sides", "both") == "smaller"
    new = 1.0 if beta == 1 else 1 - beta
    d = g
    for side, square in (("l", g @ g.T), ("r", g.T @ g)):
        if one_sided and (side == "l") != (g.shape[0] <= g.shape[1]):
            continue
        state[side] = beta * state.get(side, s.get("epsilon", 1e-4) * np.eye(len(square))) + new * square
        if (t - 1) % s.get("preconditionFrequency", 1) == 0:
            state[side + "root"] = inverse_root(state[side], 2 if one_sided else 4)
        d = state[side + "root"] @ d if side == "l" else d @ state[side + "root"]
    grafting = s.get("grafting", "none")
    if grafting == "sgd":
        d = d * np.linalg.norm(g) / np.linalg.norm(d)
    elif grafting == "adam":
        b = s.get("graftingBeta2", 0.999)
        v = state["v"] = b * state.get("v", 0) + (1 - b) * g * g
        d = d * np.linalg.norm(g / (np.sqrt(v / (1 - b ** t)) + 1e-8)) / np.linalg.norm(d)
    d = state["b"] = s.get("momentum", 0.0) * state.get("b", 0) + d
    return w - s.get("learningRate", 0.1) * d


def asgo(w, g, state, t, s):
    lr, beta1, beta2 = s.get("learningRate", 1e-3), s.get("beta1", 0.0), s.get("beta2", 1.0)
    tall = g.shape[0] > g.shape[1]
    h = g.T if tall else g
    v = state["v"] = beta2 * state.get("v", 0) + (1.0 if beta2 == 1 else 1 - beta2) * h @ h.T
    if (t - 1) % s.get("preconditionFrequency", 1) == 0:
        values, q = np.linalg.eigh(v)
        state["i"] = np.linalg.inv((q * np.sqrt(np.maximum(values, 0))) @ q.T + s.get("epsilon", 1e-8) * np.eye(len(v)))
    m = state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * h
    p = state["i"] @ m
    return w * (1 - lr * s.get("weightDecay", 0.0)) - lr * (p.T if tall else p)


def adago(w, g, state, t, s):
    mu = s.get("momentum", 0.95)
    m = state["m"] = mu * state.get("m", 0) + (1 - mu) * g
    n = min(np.linalg.norm(g), s.get("gamma", 10.0))
    state["v2"] = state.get("v2", s.get("initialAccumulator", 1e-6) ** 2) + n * n
    rate = max(s.get("epsilon", 5e-4), s.get("learningRate", 0.05) * n / np.sqrt(state["v2"]))
    solver = s.get("solver", "quintic")
    return w - rate * polar(m, solver, 5 if solver == "quintic" else 8)


def sphere(w, g, state, t, s):
    """arXiv:2601.08393."""
    u, sigma, vh = np.linalg.svd(w, full_matrices=False)
    theta = np.outer(u[:, 0], vh[0])
    beta, solver = s.get("momentum", 0.9), s.get("solver", "polar-express")
    m = state["m"] = beta * state.get("m", 0) + (1 - beta) * g
    unit = m / np.linalg.norm(m)
    tangent = lambda x: np.sum(theta * polar(unit + x * theta, solver, 8))
    low, high = -2.0, 2.0
    for _ in range(s.get("bisections", 20)):
        middle = (low + high) / 2
        low, high = (middle, high) if tangent(middle) < 0 else (low, middle)
    at_low, at_high = (-1.0 if low == -2 else tangent(low)), (1.0 if high == 2 else tangent(high))
    root = low - at_low * (high - low) / (at_high - at_low)
    radius = s.get("radiusScale", 1.0) * np.sqrt(w.shape[0] / w.shape[1])
    step = s.get("learningRate", 0.02) * radius * polar(unit + root * theta, solver, 8)
    after = w * radius / sigma[0] - step
    return after * radius / np.linalg.norm(after, 2)


def steepest(w, g, state, t, s):
    beta, norm = s.get("momentum", 0.0), s.get("norm", "spectral")
    m = state["m"] = beta * state.get("m", 0) + (1 - beta) * g
    direction, dual = {
        "spectral": lambda: (exact_polar(m), np.linalg.norm(m, "nuc")), "sign": lambda: (np.sign(m), np.abs(m).sum()),
        "frobenius": lambda: (m / np.linalg.norm(m), np.linalg.norm(m)),
        "column": lambda: (m / np.linalg.norm(m, axis=0), np.linalg.norm(m, axis=0).sum()),
        "row": lambda: (m / np.linalg.norm(m, axis=1)[:, None], np.linalg.norm(m, axis=1).sum())}[norm]()
    return w - s.get("learningRate", 1e-3) * (dual if s.get("dualNorm", True) else 1.0) * direction


def scaled(w, g, state, t, s):
    return w - s.get("learningRate", 0.3) * g @ np.linalg.inv(w.T @ w + s.get("damping", 1e-2) * np.eye(w.shape[1]))


def subspace(w, g, state, t, s):
    """arXiv:2408.12857 as in the authors' code; the projection's slope by autograd, its step by torch.optim.AdamW."""
    tall = g.shape[0] >= g.shape[1]
    h = g.T if tall else g
    rank = min(s.get("rank", 128), h.shape[0])
    rate = s.get("projectionRate", 0.005)
    if t == 1:
        p = torch.tensor(np.linalg.svd(h, full_matrices=False)[0][:, :rank].copy(), requires_grad=True)
        state["p"], state["optimizer"] = p, torch.optim.AdamW([p], lr=rate)
    p = state["p"]
    if t > 1 and rate > 0 and rank < h.shape[0]:
        p.grad = None
        n = torch.tensor(h / np.linalg.norm(h))
        (torch.norm(p @ p.T @ n - n) ** 2).backward()
    q = p.detach().numpy().copy()
    low = q.T @ h
    b1, b2 = s.get("beta1", 0.9), s.get("beta2", 0.999)
    m = state["m"] = b1 * state.get("m", 0) + (1 - b1) * low
    v = state["v"] = b2 * state.get("v", 0) + (1 - b2) * low * low
    lr = s.get("learningRate", 1e-3)
    step = lr * np.sqrt(1 - b2 ** t) / (1 - b1 ** t) * s.get("scale", 1.0) * q @ (m / (np.sqrt(v) + s.get("epsilon", 1e-6)))
    if t > 1 and rate > 0 and rank < h.shape[0]:
        state["optimizer"].step()
    w = w - (step.T if tall else step)
    return w - lr * s.get("weightDecay", 0.0) * w


shapes = {"a": (3, 4), "b": (5, 2), "c": (2, 2, 2)}
cases("muon", each(muon), {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "momentum": {"momentum": 0.5}, "nesterov": {"nesterov": False},
    "weight-decay": {"weightDecay": 0.3}, "solver-exact": {"solver": "exact"}, "solver-express": {"solver": "polar-express", "solverSteps": 8},
    "solver-newton-schulz": {"solver": "newton-schulz", "solverSteps": 12}, "scaling-rms": {"scaling": "match-rms-adamw"},
    "scaling-spectral": {"scaling": "spectral"}, "scaling-none": {"scaling": "none"}, "maximize": {"maximize": True},
}, derived.format("the post on Muon") + "; the quintic, at the precision of the parameters", shapes)
cases("leon", each(leon), {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.81}, "eta": {"eta": 3.0},
    "ridge": {"ridge": 0.1}, "gradient-bound": {"gradientBound": 2.0}, "weight-decay": {"weightDecay": 0.3},
    "cumulative": {"beta1": 1.0, "beta2": 1.0}, "maximize": {"maximize": True}, "solver": {"solver": "augmented"},
    "midpoint": {"midpoint": True, "weightDecay": 0.1}, "seed": {"midpoint": True, "seed": 5},
}, derived.format("arXiv:2602.08232, in its augmented space"), shapes)
cases("pion", each(pion), {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.81}, "eta": {"eta": 3.0},
    "draws": {"draws": 2}, "ridge": {"ridge": 0.1}, "gradient-bound": {"gradientBound": 2.0}, "weight-decay": {"weightDecay": 0.3},
    "solver": {"solver": "exact"}, "midpoint": {"midpoint": True}, "seed": {"seed": 5}, "maximize": {"maximize": True},
}, derived.format("arXiv:2602.08232") + "; noise from the project's streams, written again", shapes)
cases("leon", each(leon), {
    "solver-newton-schulz": {"solver": "newton-schulz"}, "side-rows": {"side": "rows"}, "side-columns": {"side": "columns", "ridge": 1e-3},
}, derived.format("arXiv:2602.08232, in its augmented space"), shapes, 7900)
cases("pion", each(pion), {
    "solver-newton-schulz": {"solver": "newton-schulz", "draws": 1}, "cumulative": {"beta1": 1.0, "beta2": 1.0},
    "side-rows": {"side": "rows", "ridge": 1e-2}, "side-columns": {"side": "columns", "ridge": 1e-2},
}, derived.format("arXiv:2602.08232") + "; noise from the project's streams, written again", shapes, 7910)
cases("shampoo", each(shampoo), {
    "default": {}, "learning-rate": {"learningRate": 0.01}, "momentum": {"momentum": 0.9}, "beta2": {"beta2": 0.9},
    "epsilon": {"epsilon": 0.1}, "weight-decay": {"weightDecay": 0.3},
    # With the default epsilon the roots of the first step, when the sums are singular, would let rounding decide later ones.
    "frequency": {"preconditionFrequency": 3, "epsilon": 0.01},
    "sides": {"sides": "smaller"}, "solver": {"solver": "newton"}, "grafting-sgd": {"grafting": "sgd"},
    "grafting-adam": {"grafting": "adam", "graftingBeta2": 0.9}, "maximize": {"maximize": True},
}, derived.format("arXiv:1802.09568"), shapes)
cases("asgo", each(asgo), {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.9}, "beta2": {"beta2": 0.9}, "epsilon": {"epsilon": 0.1},
    "weight-decay": {"weightDecay": 0.3}, "frequency": {"preconditionFrequency": 3}, "maximize": {"maximize": True},
}, derived.format("arXiv:2503.20762"), shapes)
cases("adago", each(adago), {
    "default": {}, "learning-rate": {"learningRate": 0.5}, "momentum": {"momentum": 0.5}, "gamma": {"gamma": 1.0},
    "epsilon": {"epsilon": 0.04}, "initial-accumulator": {"initialAccumulator": 3.0}, "solver": {"solver": "exact"},
    "maximize": {"maximize": True},
}, derived.format("arXiv:2509.02981"), shapes)

cases("sso-spectral", each(sphere), {
    "default": {}, "learning-rate": {"learningRate": 0.03}, "momentum": {"momentum": 0.5}, "radius": {"radiusScale": 3.0},
    "solver": {"solver": "newton-schulz"}, "bisections": {"bisections": 8}, "maximize": {"maximize": True},
}, derived.format("arXiv:2601.08393"), shapes)
cases("steepest-descent-norms", each(steepest), {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "norm-sign": {"norm": "sign"}, "norm-frobenius": {"norm": "frobenius"},
    "norm-column": {"norm": "column"}, "norm-row": {"norm": "row"}, "momentum": {"momentum": 0.9}, "dual-norm": {"dualNorm": False},
    "maximize": {"maximize": True},
}, derived.format("arXiv:2409.20325"), shapes)
cases("scaledgd-lambda", each(scaled), {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "damping": {"damping": 1.0}, "maximize": {"maximize": True},
}, derived.format("arXiv:2302.01186"), {"a": (7, 3), "b": (5, 2)})
cases("online-subspace-descent", each(subspace), {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "rank": {"rank": 1}, "projection-rate": {"rank": 1, "projectionRate": 0.1},
    "frozen": {"rank": 1, "projectionRate": 0.0}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.9}, "epsilon": {"epsilon": 0.1},
    "scale": {"scale": 0.25}, "weight-decay": {"weightDecay": 0.3}, "maximize": {"maximize": True},
}, derived.format("arXiv:2408.12857") + f"; the projection's slope and step by autograd and torch.optim, PyTorch {torch.__version__}", shapes)

if "NABLA_REFERENCES" in os.environ:
    folder = pathlib.Path(os.environ["NABLA_REFERENCES"]) / "nikhilvyas" / "SOAP"
    sys.path.insert(0, str(folder))
    from soap import SOAP

    # It computes bases in single precision whatever the parameters are; here everything is double.
    torch.Tensor.float = torch.Tensor.double

    names = {"learningRate": "lr", "epsilon": "eps", "weightDecay": "weight_decay", "shampooBeta": "shampoo_beta",
             "preconditionFrequency": "precondition_frequency", "maxPreconditionerSize": "max_precond_dim",
             "normalizeGradients": "normalize_grads", "correctBias": "correct_bias"}

    def soap(start, gradients, settings):
        arguments = {names[k]: v for k, v in settings.items() if k in names}
        arguments["betas"] = (settings.get("beta1", 0.95), settings.get("beta2", 0.95))
        sign = -1 if settings.get("maximize") else 1
        return by_torch(lambda p: SOAP(p, **arguments), start, [{n: sign * g for n, g in step.items()} for step in gradients])

    commit = os.environ.get("NABLA_SOAP_COMMIT") or subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    # Square, so that no square of gradients is singular: bases of its null space would be the library's choice.
    cases("soap", soap, {
        "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.8},
        "shampoo-beta": {"shampooBeta": 0.5, "preconditionFrequency": 1}, "epsilon": {"epsilon": 0.1}, "weight-decay": {"weightDecay": 0.3},
        "frequency": {"preconditionFrequency": 2}, "max-size": {"maxPreconditionerSize": 3}, "normalize": {"normalizeGradients": True},
        "correct-bias": {"correctBias": False}, "maximize": {"maximize": True},
    }, f"nikhilvyas/SOAP at {commit}, run in float64, its bases too, on PyTorch {torch.__version__}", {"a": (3, 3), "b": (4, 4)})
