"""signum by numpy from algorithm 2 of arXiv:1802.04434."""
import numpy as np

from vectors import SHAPES, write

cases = {
    "default": {}, "learning-rate": {"learningRate": 0.1}, "momentum": {"momentum": 0.0}, "weight-decay": {"weightDecay": 0.3},
    "maximize": {"maximize": True},
}


def run(start, gradients, learningRate=1e-4, momentum=0.9, weightDecay=0.0, maximize=False):
    theta, m, result = dict(start), {n: np.zeros(s) for n, s in SHAPES.items()}, []
    for gradient in gradients:
        for n in SHAPES:
            m[n] = momentum * m[n] + (1 - momentum) * (-gradient[n] if maximize else gradient[n])
            theta[n] = theta[n] - learningRate * (np.sign(m[n]) + weightDecay * theta[n])
        result.append(dict(theta))
    return result


for i, (case, settings) in enumerate(cases.items()):
    write("signum", case, settings, lambda s, g: run(s, g, **settings),
          "derived by hand: algorithm 2 of arXiv:1802.04434 in numpy, float64", 9000 + i)
