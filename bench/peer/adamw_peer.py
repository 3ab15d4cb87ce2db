"""Times torch.optim.AdamW on one tensor: single tensor and foreach.

usage: adamw_peer.py PARAMETERS THREADS
Prints {"version", "single_ms", "foreach_ms"}: the median step of each, after a warm-up.
"""
import json
import statistics
import sys
import time

import torch


def median_step(count, foreach):
    torch.manual_seed(0)
    # Four tensors, so that foreach has a list to work on.
    tensors = [torch.randn(count // 4, requires_grad=True) for _ in range(4)]
    for tensor in tensors:
        tensor.grad = torch.randn_like(tensor)
    optimizer = torch.optim.AdamW(tensors, lr=1e-3, foreach=foreach)
    times = []
    for _ in range(13):
        begun = time.perf_counter()
        optimizer.step()
        times.append(time.perf_counter() - begun)
    return 1e3 * statistics.median(times[3:])


def main():
    count, threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    print(json.dumps({
        "version": torch.__version__,
        "single_ms": median_step(count, False),
        "foreach_ms": median_step(count, True),
    }))


if __name__ == "__main__":
    main()
