"""The part of a vector outside the span of gradients, by the QR decomposition of their matrix in double precision.

usage: unlearning_peer.py FILE ROWS COLUMNS
FILE holds ROWS gradients of COLUMNS numbers as float32, row by row, and then the vector. Prints one JSON document:
{"seconds", "extra_bytes", "norm", "scipy"}: the time of the decomposition and the projection, what they add at their peak to the
gradients in single precision, and the norm of the part outside.
"""
import json
import sys
import time

import numpy as np
import scipy
from scipy.linalg import qr


def resident(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key))


def main():
    file, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    gradients = np.fromfile(file, dtype=np.float32, count=rows * columns).reshape(rows, columns)
    theta = np.fromfile(file, dtype=np.float32, offset=4 * rows * columns).astype(np.float64)
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")
    before = resident("VmRSS")
    begun = time.perf_counter()
    # Column-major, as LAPACK wants it, so that it can work in place.
    q, _ = qr(gradients.astype(np.float64).T, mode="economic", overwrite_a=True, check_finite=False)
    outside = theta - q @ (q.T @ theta)
    seconds = time.perf_counter() - begun
    print(json.dumps({
        "seconds": seconds,
        "extra_bytes": resident("VmHWM") - before,
        "norm": float(np.linalg.norm(outside)),
        "scipy": scipy.__version__,
    }))


if __name__ == "__main__":
    main()
