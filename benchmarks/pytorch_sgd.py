#!/usr/bin/python3
"""One epoch of the same gradient learning in PyTorch (Debian: python3-torch), to compare with
`microbenchmarks --benchmark_filter=sgd_epoch`: a committee of tanh units with fixed output weights,
cross-entropy, momentum, norms kept; mini-batches of 100 in fresh random order.

    /usr/bin/python3 benchmarks/pytorch_sgd.py [THREADS]

Prints pattern-weight pairs per second, the median of some epochs, for each shape. Says so and ends
well where PyTorch is not installed.
"""
import math
import statistics
import sys
import time

try:
    import torch
except ImportError:
    print("skipped: PyTorch is not installed (Debian: python3-torch)")
    sys.exit(0)

SHAPES = [(784, 9, 500), (784, 9, 5000), (10001, 3, 3000)]  # inputs, units, patterns
BATCH, BETA, GAMMA, RATE, MOMENTUM = 100, 0.5, 2.0, 10.0, 0.9


def epoch(patterns, weights, optimizer):
    inputs, units = weights.shape[1], weights.shape[0]
    order = torch.randperm(len(patterns))
    for begin in range(0, len(patterns), BATCH):
        batch = patterns[order[begin:begin + BATCH]]
        x = batch @ weights.T / math.sqrt(inputs)
        s = torch.tanh(BETA * x).sum(1) / math.sqrt(units)
        loss = (torch.nn.functional.softplus(-2 * GAMMA * s) / (2 * GAMMA)).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            weights *= math.sqrt(inputs) / weights.norm(dim=1, keepdim=True)


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    print(f"PyTorch {torch.__version__}, {threads} thread{'s' if threads > 1 else ''}, "
          f"batch {BATCH}")
    for inputs, units, count in SHAPES:
        patterns = torch.randint(0, 2, (count, inputs)).float() * 2 - 1
        weights = torch.randn(units, inputs)
        weights *= math.sqrt(inputs) / weights.norm(dim=1, keepdim=True)
        weights.requires_grad_()
        optimizer = torch.optim.SGD([weights], lr=RATE, momentum=MOMENTUM)
        for _ in range(3):
            epoch(patterns, weights, optimizer)
        seconds = []
        while sum(seconds) < 2.0 or len(seconds) < 5:
            start = time.perf_counter()
            epoch(patterns, weights, optimizer)
            seconds.append(time.perf_counter() - start)
        middle = statistics.median(seconds)
        print(f"inputs {inputs}, units {units}, patterns {count}: epoch {middle * 1e3:.2f} ms, "
              f"{count * inputs * units / middle:.3g} pairs/s")


main()
