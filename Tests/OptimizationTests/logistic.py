# The minimum of a logistic regression that LBFGSTests compares with, by SciPy: python3 -m venv /tmp/v &&
# /tmp/v/bin/pip install scipy && /tmp/v/bin/python Tests/OptimizationTests/logistic.py
import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

rows, columns, classes, strength = 60, 5, 3, 0.01
x = np.array([[np.sin(1.7 * i + 0.9 * j * j + 0.3) for j in range(columns)] for i in range(rows)])
score = x[:, 0] + 0.5 * x[:, 2]
labels = np.array([((s > 0.5) + 1 - (s < -0.5) + (i % 7 == 0)) % classes for i, s in enumerate(score)])


def loss(theta):
    weight, bias = theta[: classes * columns].reshape(classes, columns), theta[classes * columns :]
    logits = x @ weight.T + bias
    logs = logits - logsumexp(logits, axis=1, keepdims=True)
    difference = (np.exp(logs) - np.eye(classes)[labels]) / rows
    gradient = np.concatenate([(difference.T @ x + strength * weight).ravel(), difference.sum(0)])
    return -logs[np.arange(rows), labels].mean() + strength / 2 * (weight**2).sum(), gradient


found = minimize(loss, np.zeros(classes * columns + classes), jac=True, method="BFGS", options={"gtol": 1e-10})
print(f"loss {found.fun:.9f}, first weight {found.x[0]:.7f}, gradient {np.abs(found.jac).max():.1e}")
