"""MinNorm-OG and what it is compared with, on a network of one hidden layer: numpy, gradients worked by hand, float64.

The projection is by a QR decomposition, as in the authors' code; the closed forms are by pseudo-inverses. Every pass is one step
over all rows to keep, and rows to forget come a whole number of times, so that no order matters.
"""
import json
import os

import numpy as np

ORIGIN = "numpy, gradients by hand, projection by QR, float64"
FOLDER = "unlearning-steps"
INPUTS, HIDDEN = 2, 4
random = np.random.default_rng(23)


def eighths(*shape):
    """Numbers that single precision holds."""
    return random.integers(-12, 13, size=shape) / 8


class Net:
    """x -> silu(x A^T + a) B^T + b, all parameters in one vector in that order."""

    def __init__(self, outputs):
        self.shapes = [(HIDDEN, INPUTS), (HIDDEN,), (outputs, HIDDEN), (outputs,)]
        self.sizes = [int(np.prod(s)) for s in self.shapes]

    def parts(self, theta):
        return [p.reshape(s) for p, s in zip(np.split(theta, np.cumsum(self.sizes)[:-1]), self.shapes)]

    def forward(self, theta, x):
        a, c, b, d = self.parts(theta)
        z = x @ a.T + c
        s = 1 / (1 + np.exp(-z))
        return (z * s) @ b.T + d, (z, s)

    def pull(self, theta, x, back):
        """The gradient of sum(back * outputs)."""
        _, _, b, _ = self.parts(theta)
        _, (z, s) = self.forward(theta, x)
        inner = (back @ b) * (s + z * s * (1 - s))
        return np.concatenate([(inner.T @ x).ravel(), inner.sum(0), (back.T @ (z * s)).ravel(), back.sum(0)])


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


class Regression:
    outputs = 1

    def loss_gradient(self, net, theta, rows):
        x, y = rows
        f, _ = net.forward(theta, x)
        return net.pull(theta, x, 2 * (f - y[:, None]) / len(x))

    def columns(self, net, theta, rows):
        x, _ = rows
        return np.stack([net.pull(theta, x[i:i + 1], np.ones((1, 1))) for i in range(len(x))], 1)


class Classes:
    outputs = 2

    def loss_gradient(self, net, theta, rows):
        x, y = rows
        f, _ = net.forward(theta, x)
        return net.pull(theta, x, (softmax(f) - np.eye(2)[y.astype(int)]) / len(x))

    def columns(self, net, theta, rows):
        x, _ = rows
        f, _ = net.forward(theta, x)
        return np.stack([net.pull(theta, x[i:i + 1], np.eye(2)[[f[i].argmax()]]) for i in range(len(x))], 1)

    def distance_gradient(self, net, theta, rows, original):
        """Of the mean KL(original, now)."""
        x, _ = rows
        p = softmax(net.forward(original, x)[0])
        return net.pull(theta, x, (softmax(net.forward(theta, x)[0]) - p) / len(x))


class Sgd:
    def __init__(self, rate, momentum):
        self.rate, self.momentum, self.kept = rate, momentum, None

    def step(self, theta, g):
        self.kept = g if self.kept is None else self.momentum * self.kept + g
        return theta - self.rate * self.kept


class AdamW:
    def __init__(self, rate, decay):
        self.rate, self.decay, self.m, self.v, self.t = rate, decay, 0, 0, 0

    def step(self, theta, g):
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.999 * self.v + 0.001 * g * g
        theta = theta * (1 - self.rate * self.decay)
        return theta - self.rate * (self.m / (1 - 0.9 ** self.t)) / (np.sqrt(self.v / (1 - 0.999 ** self.t)) + 1e-8)


def made(kind):
    x_keep, x_forget = eighths(6, INPUTS), eighths(3, INPUTS)
    answer = (lambda n: np.arange(n) % 2.0) if kind.outputs == 2 else (lambda n: eighths(n))
    net = Net(kind.outputs)
    theta = random.normal(size=sum(net.sizes))
    return net, theta, (x_keep, answer(6)), (x_forget, answer(3))


def case(name, method, kind, options, passes, optimizer, gradient=None, before=None, after=None, start=None):
    net, theta, keep, forget = made(kind)
    first = theta.copy()
    fresh = random.normal(size=theta.size)
    state = Sgd(0.05, 0.9) if optimizer == "sgd" else AdamW(0.01, 0.1)
    theta = start(fresh, theta) if start else theta
    points = []
    memory = {}
    for t in range(passes):
        if before:
            theta = before(net, kind, theta, keep, t, memory)
        g = gradient(net, kind, theta, keep, forget, t, first) if gradient else kind.loss_gradient(net, theta, keep)
        theta = state.step(theta, g)
        if after:
            theta = after(theta, memory)
        points.append(theta.tolist())
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/{name}.json", "w") as file:
        json.dump({"method": method, "origin": ORIGIN, "settings": options, "optimizer": optimizer, "classes": kind.outputs if kind.outputs > 1 else 0,
                   "start": first.tolist(), "fresh": fresh.tolist(), "keep": [r.ravel().tolist() for r in keep],
                   "forget": [r.ravel().tolist() for r in forget], "expected": points}, file, indent=1)
        file.write("\n")


def projecting(strength, decay, period, last, passes):
    def before(net, kind, theta, keep, t, memory):
        a = memory.setdefault("a", strength)
        if t >= passes - last or t % period:
            return theta
        q, _ = np.linalg.qr(kind.columns(net, theta, keep))
        memory["a"] = a * decay
        return theta - a * (theta - q @ (q.T @ theta))
    return before


def minnorm(name, kind, passes, optimizer, regCoef=0.1, regCoefDecay=0.9, projPd=1, numGdEpochs=0):
    case(name, "minnorm-og", kind, {"regCoef": regCoef, "regCoefDecay": regCoefDecay, "projPd": projPd, "numGdEpochs": numGdEpochs}, passes, optimizer,
         before=projecting(regCoef, regCoefDecay, projPd, numGdEpochs, passes))


R, C = Regression(), Classes()
minnorm("minnorm-og-default", R, 6, "adamw")
minnorm("minnorm-og-strength", R, 5, "sgd", regCoef=0.7, regCoefDecay=0.5)
minnorm("minnorm-og-schedule", R, 9, "sgd", regCoef=0.3, projPd=3, numGdEpochs=2)
minnorm("minnorm-og-classes", C, 6, "adamw", regCoef=0.4, numGdEpochs=1)
case("gradient-descent", "gradient-descent", R, {}, 5, "adamw")
case("gradient-ascent", "gradient-ascent", R, {}, 4, "sgd", lambda n, k, th, keep, forget, t, first: -k.loss_gradient(n, th, forget))
case("neg-grad-plus", "neg-grad-plus", R, {"gaCoef": 0.3}, 5, "sgd",
     lambda n, k, th, keep, forget, t, first: k.loss_gradient(n, th, keep) - 0.3 * k.loss_gradient(n, th, forget))
case("ridge", "ridge", R, {"regCoef": 0.2, "regCoefDecay": 0.5}, 5, "sgd",
     lambda n, k, th, keep, forget, t, first: k.loss_gradient(n, th, keep) + 2 * 0.2 * 0.5 ** t * th)
case("l1-sparse", "l1-sparse", R, {"regCoef": 0.05}, 6, "sgd",
     lambda n, k, th, keep, forget, t, first: k.loss_gradient(n, th, keep) + 0.05 * (1 if t == 0 else 2 - 2 * (t - 1) / 6) * np.sign(th))
case("retraining", "retraining", R, {}, 4, "adamw", start=lambda fresh, theta: fresh)


def pruned(rate):
    def before(net, kind, theta, keep, t, memory):
        if t == 0:
            first = np.abs(theta[:HIDDEN * INPUTS])
            memory["mask"] = np.concatenate([first > np.sort(first)[int(rate * first.size) - 1], np.ones(theta.size - first.size)])
        return theta * memory["mask"]
    return before


case("unlearn-sparse", "unlearn-sparse", R, {"rate": 0.5, "alpha": 0.02}, 4, "sgd",
     lambda n, k, th, keep, forget, t, first: k.loss_gradient(n, th, keep) + 0.02 * (1 - t / 4) * np.sign(th),
     before=pruned(0.5), after=lambda theta, memory: theta * memory["mask"])


def scrub(n, k, th, keep, forget, t, first):
    if t % 2 == 0 or t >= 7 - 2:
        return k.loss_gradient(n, th, keep) + 0.5 * k.distance_gradient(n, th, keep, first)
    return -0.3 * k.distance_gradient(n, th, forget, first)


case("scrub", "scrub", C, {"regCoef": 0.5, "gaCoef": 0.3, "numGdEpochs": 2}, 7, "sgd", scrub)


def salun(n, k, th, keep, forget, t, first):
    x, y = forget
    size = np.abs(k.loss_gradient(n, first, forget)).astype(np.float32)
    mask = size >= np.sort(size)[(size.size - 1) // 2]
    return mask * (k.loss_gradient(n, th, keep) + 0.7 * k.loss_gradient(n, th, (x, 1 - y)))


case("salun", "salun", C, {"gaCoef": 0.7}, 5, "sgd", salun)


def closed():
    rows, theta = random.normal(size=(3, 7)), random.normal(size=7)
    keep = random.normal(size=(3, 5))
    a, b, c = random.normal(size=(4, 5)), random.normal(size=(3, 4)), random.normal(size=3)
    u = b.T @ c
    w = a.T @ u
    inside = np.linalg.pinv(keep) @ (keep @ w)
    return {"linear": {"rows": rows.tolist(), "theta": theta.tolist(), "expected": (np.linalg.pinv(rows) @ (rows @ theta)).tolist()},
            "deep": {"rows": keep.tolist(), "layers": [a.tolist(), b.tolist()], "last": c.tolist(),
                     "expected": (a - np.outer(u, w - inside) / (u @ u)).tolist(), "predictor": inside.tolist()}}


with open(f"{FOLDER}/closed-forms.json", "w") as file:
    json.dump({"origin": ORIGIN, **closed()}, file, indent=1)
    file.write("\n")
