"""lion-k, alphaadam and generalized-smooth-ngd by numpy from their equations: no public code of them was at hand."""
import numpy as np

from vectors import SHAPES, write


def walk(start, gradients, step):
    theta = {n: v.copy() for n, v in start.items()}
    memory = {n: {} for n in SHAPES}
    result = []
    for t, g in enumerate(gradients, 1):
        step(theta, g, memory, t)
        result.append({n: v.copy() for n, v in theta.items()})
    return result


def kappa_gradient(kind, z, e):
    if kind == "l1":
        return np.sign(z)
    if kind == "l2":
        return z / np.linalg.norm(z)
    if kind == "huber":
        return np.clip(z / e, -1, 1)
    if kind == "threshold":
        return np.sign(z) * (np.abs(z) > e)
    return np.tanh(z / e) if kind == "entropy" else z


def lion_k(start, gradients, learningRate=1e-4, beta1=0.9, beta2=0.99, weightDecay=0.0, kappa="l1", width=1e-3):
    def step(theta, g, memory, t):
        for n in theta:
            # The paper's momentum points along minus the gradient.
            m = memory[n].get("m", np.zeros(SHAPES[n]))
            direction = kappa_gradient(kappa, beta1 * m - (1 - beta1) * g[n], width)
            memory[n]["m"] = beta2 * m - (1 - beta2) * g[n]
            theta[n] = theta[n] + learningRate * (direction - weightDecay * theta[n])
    return walk(start, gradients, step)


def alpha_adam(start, gradients, learningRate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, weightDecay=0.01,
               mask="agreement", alpha=1.0, dynamicAlpha=True):
    def step(theta, g, memory, t):
        for n in theta:
            m, v = memory[n].get("m", np.zeros(SHAPES[n])), memory[n].get("v", np.zeros(SHAPES[n]))
            agree = m * g[n] >= 0 if mask == "agreement" else np.full(SHAPES[n], True)
            m, v = beta1 * m + (1 - beta1) * g[n], beta2 * v + (1 - beta2) * g[n] ** 2
            memory[n] = {"m": m, "v": v}
            u = m / (1 - beta1 ** t) / (np.sqrt(v / (1 - beta2 ** t)) + epsilon)
            strength = alpha * (np.linalg.norm(u) / np.linalg.norm(u[agree]) if dynamicAlpha else 1)
            theta[n] = theta[n] * (1 - learningRate * weightDecay) - learningRate * strength * np.where(agree, u, 0)
    return walk(start, gradients, step)


def normalized(start, gradients, learningRate=0.01, beta=1.0):
    def step(theta, g, memory, t):
        norm = np.sqrt(sum((x ** 2).sum() for x in g.values()))
        for n in theta:
            theta[n] = theta[n] - learningRate * g[n] / norm ** beta
    return walk(start, gradients, step)


def cases(method, run, origin, seed, given):
    for offset, (case, settings) in enumerate(given.items()):
        write(method, case, settings, lambda s, g: run(s, g, **settings), origin, seed + offset)


cases("lion-k", lion_k, "derived by hand: the update rule of arXiv:2310.05898 in numpy, float64", 401, {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.3}, "beta2": {"beta2": 0.2},
    "weight-decay": {"weightDecay": 0.3, "learningRate": 0.1}, "kappa": {"kappa": "l2", "learningRate": 0.1},
    "huber": {"kappa": "huber", "width": 0.1, "learningRate": 0.1}, "width": {"kappa": "threshold", "width": 0.05, "learningRate": 0.1},
    "entropy": {"kappa": "entropy", "width": 0.1, "learningRate": 0.1}, "quadratic": {"kappa": "quadratic", "learningRate": 0.1},
})
cases("alphaadam", alpha_adam, "derived by hand: a reconstruction of arXiv:2501.18094 in numpy, float64", 421, {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.9}, "epsilon": {"epsilon": 0.1},
    "weight-decay": {"weightDecay": 0.3}, "mask": {"mask": "all", "learningRate": 0.01},
    "alpha": {"alpha": 0.4, "learningRate": 0.01}, "dynamic-alpha": {"dynamicAlpha": False, "learningRate": 0.01},
})
cases("generalized-smooth-ngd", normalized, "derived by hand: the update rule of arXiv:2303.02854 in numpy, float64", 441, {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta": {"beta": 0.6},
})
