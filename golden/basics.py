"""sgd and adamw by torch.optim, mvn-grad by numpy from the paper's equations."""
import numpy as np
import torch

from vectors import SHAPES, by_torch, torch_origin, write


def mvn(start, gradients, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8, floor=1e-16, decay=0.0, coupled=False, previous=False,
        maximize=False):
    result = []
    theta = {n: v.copy() for n, v in start.items()}
    m, v, u = ({n: np.zeros(s) for n, s in SHAPES.items()} for _ in range(3))
    for t, step in enumerate(gradients, 1):
        for n in SHAPES:
            g = -step[n] if maximize else step[n]
            if coupled:
                g = g + decay * theta[n]
            old = m[n]
            m[n] = b1 * m[n] + (1 - b1) * g
            v[n] = b2 * v[n] + (1 - b2) * (g - (old if previous else m[n])) ** 2 + floor
            z = g / (np.sqrt(v[n] / (1 - b2 ** t)) + eps)
            u[n] = b1 * u[n] + (1 - b1) * z
            if not coupled:
                theta[n] = theta[n] * (1 - lr * decay)
            theta[n] = theta[n] - lr * u[n] / (1 - b1 ** t)
        result.append({n: x.copy() for n, x in theta.items()})
    return result


names = {"learningRate": "lr", "weightDecay": "weight_decay", "momentum": "momentum", "dampening": "dampening",
         "nesterov": "nesterov", "maximize": "maximize", "epsilon": "eps"}
sgd = {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "momentum": {"momentum": 0.9},
    "dampening": {"momentum": 0.8, "dampening": 0.3}, "nesterov": {"momentum": 0.9, "nesterov": True},
    "weight-decay": {"weightDecay": 0.1}, "maximize": {"maximize": True, "weightDecay": 0.05, "momentum": 0.7},
}
adamw = {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.9},
    "epsilon": {"epsilon": 0.1}, "weight-decay": {"weightDecay": 0.3}, "maximize": {"maximize": True},
}
mvn_cases = {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "beta1": {"beta1": 0.5}, "beta2": {"beta2": 0.9},
    "epsilon": {"epsilon": 0.1}, "variance-floor": {"varianceFloor": 0.01}, "weight-decay": {"weightDecay": 0.3},
    "weight-decay-kind": {"weightDecay": 0.3, "weightDecayKind": "coupled"}, "mean": {"mean": "previous"},
    "maximize": {"maximize": True},
}


def torch_arguments(settings):
    arguments = {names[k]: v for k, v in settings.items() if k in names}
    if "beta1" in settings or "beta2" in settings:
        arguments["betas"] = (settings.get("beta1", 0.9), settings.get("beta2", 0.999))
    return arguments


seed = 1
for case, settings in sgd.items():
    arguments = {"lr": 1e-3, **torch_arguments(settings)}
    write("sgd", case, settings, lambda s, g: by_torch(lambda p: torch.optim.SGD(p, **arguments), s, g), torch_origin, seed)
    seed += 1
for case, settings in adamw.items():
    arguments = torch_arguments(settings)
    write("adamw", case, settings, lambda s, g: by_torch(lambda p: torch.optim.AdamW(p, **arguments), s, g), torch_origin, seed)
    seed += 1
keys = {"learningRate": "lr", "beta1": "b1", "beta2": "b2", "epsilon": "eps", "varianceFloor": "floor",
        "weightDecay": "decay", "maximize": "maximize"}
for case, settings in mvn_cases.items():
    arguments = {keys[k]: v for k, v in settings.items() if k in keys}
    arguments["coupled"] = settings.get("weightDecayKind") == "coupled"
    arguments["previous"] = settings.get("mean") == "previous"
    write("mvn-grad", case, settings, lambda s, g: mvn(s, g, **arguments),
          "derived by hand: the equations of arXiv:2602.10204 in numpy, float64", seed)
    seed += 1
