"""Writes the golden vectors of the optimizers: golden/METHOD/CASE.json.

sgd and adamw come from torch.optim of Debian's python3-torch, in float64; mvn-grad, which has no public code, from a
literal scalar derivation below, written from the update equations of the paper and not from Nabla's rule.
Run it with the system's Python: python3 golden/generate.py
"""
import json
import math
import pathlib
import random

import torch

STEPS = 6
SHAPES = {"w": [2, 3], "b": [4]}


def case(seed):
    """Starting values and gradients: no zeros, no ones, no symmetry."""
    draw = random.Random(seed)
    parameters = {}
    for name, shape in SHAPES.items():
        parameters[name] = [draw.uniform(-2, 2) + 0.3 for _ in range(math.prod(shape))]
    gradients = [{name: [draw.gauss(0.4, 1.5) for _ in values] for name, values in parameters.items()}
                 for _ in range(STEPS)]
    return parameters, gradients


def with_torch(kind, names, options, parameters, gradients):
    tensors = {name: torch.tensor(values, dtype=torch.float64, requires_grad=True)
               for name, values in parameters.items()}
    optimizer = kind(tensors.values(), **{names[name]: value for name, value in options.items()})
    expected = []
    for gradient in gradients:
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(gradient[name], dtype=torch.float64)
        optimizer.step()
        expected.append({name: tensor.tolist() for name, tensor in tensors.items()})
    return expected


def sgd(options, parameters, gradients):
    names = {"learningRate": "lr", "momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov",
             "weightDecay": "weight_decay", "maximize": "maximize"}
    return with_torch(torch.optim.SGD, names, {"learningRate": 1e-3} | options, parameters, gradients)


def adamw(options, parameters, gradients):
    options = {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999} | options
    betas = (options.pop("beta1"), options.pop("beta2"))
    names = {"learningRate": "lr", "epsilon": "eps", "weightDecay": "weight_decay", "maximize": "maximize",
             "betas": "betas"}
    return with_torch(torch.optim.AdamW, names, options | {"betas": betas}, parameters, gradients)


def mvn_grad(options, parameters, gradients):
    eta = options.get("learningRate", 1e-3)
    b1, b2 = options.get("beta1", 0.9), options.get("beta2", 0.999)
    epsilon, floor = options.get("epsilon", 1e-8), options.get("varianceFloor", 1e-16)
    decay = options.get("weightDecay", 0.0)
    coupled = options.get("weightDecayKind", "decoupled") == "coupled"
    previous_mean = options.get("mean", "updated") == "previous"
    sign = -1.0 if options.get("maximize", False) else 1.0
    values = {name: list(start) for name, start in parameters.items()}
    state = {name: [[0.0, 0.0, 0.0] for _ in start] for name, start in parameters.items()}
    expected = []
    for t, gradient in enumerate(gradients, 1):
        for name in values:
            for i, theta in enumerate(values[name]):
                m, v, u = state[name][i]
                g = sign * gradient[name][i]
                if coupled:
                    g += decay * theta
                old = m
                m = b1 * m + (1 - b1) * g
                r = g - (old if previous_mean else m)
                v = b2 * v + (1 - b2) * r * r + floor
                z = g / (math.sqrt(v / (1 - b2 ** t)) + epsilon)
                u = b1 * u + (1 - b1) * z
                if not coupled:
                    theta *= 1 - eta * decay
                values[name][i] = theta - eta / (1 - b1 ** t) * u
                state[name][i] = [m, v, u]
        expected.append({name: list(now) for name, now in values.items()})
    return expected


TORCH = f"torch.optim of PyTorch {torch.__version__}, float64"
DERIVED = "a scalar derivation from the update equations, golden/generate.py, float64"
METHODS = {
    "sgd": (sgd, TORCH, {
        "default": {},
        "learning-rate": {"learningRate": 0.07},
        "momentum": {"learningRate": 0.05, "momentum": 0.8},
        "dampening": {"learningRate": 0.05, "momentum": 0.8, "dampening": 0.3},
        "nesterov": {"learningRate": 0.05, "momentum": 0.8, "nesterov": True},
        "weight-decay": {"learningRate": 0.05, "momentum": 0.6, "weightDecay": 0.2},
        "maximize": {"learningRate": 0.05, "momentum": 0.6, "weightDecay": 0.2, "maximize": True},
    }),
    "adamw": (adamw, TORCH, {
        "default": {},
        "learning-rate": {"learningRate": 0.03},
        "beta1": {"learningRate": 0.03, "beta1": 0.6},
        "beta2": {"learningRate": 0.03, "beta2": 0.7},
        "epsilon": {"learningRate": 0.03, "epsilon": 0.05},
        "weight-decay": {"learningRate": 0.03, "weightDecay": 0.4},
        "maximize": {"learningRate": 0.03, "maximize": True},
    }),
    "mvn-grad": (mvn_grad, DERIVED, {
        "default": {},
        "learning-rate": {"learningRate": 0.03},
        "beta1": {"learningRate": 0.03, "beta1": 0.6},
        "beta2": {"learningRate": 0.03, "beta2": 0.7},
        "epsilon": {"learningRate": 0.03, "epsilon": 0.05},
        "variance-floor": {"learningRate": 0.03, "varianceFloor": 0.01},
        "weight-decay": {"learningRate": 0.03, "weightDecay": 0.4},
        "weight-decay-kind": {"learningRate": 0.03, "weightDecay": 0.4, "weightDecayKind": "coupled"},
        "mean": {"learningRate": 0.03, "mean": "previous"},
        "maximize": {"learningRate": 0.03, "maximize": True},
    }),
}


def main():
    root = pathlib.Path(__file__).parent
    for number, (method, (function, origin, cases)) in enumerate(METHODS.items()):
        for index, (name, options) in enumerate(cases.items()):
            parameters, gradients = case(100 * number + index)
            document = {
                "method": method,
                "options": options,
                "origin": origin,
                "input": {
                    "parameters": {key: {"shape": SHAPES[key], "values": values}
                                   for key, values in parameters.items()},
                    "gradients": gradients,
                },
                "expected": function(options, parameters, gradients),
            }
            path = root / method / f"{name}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
