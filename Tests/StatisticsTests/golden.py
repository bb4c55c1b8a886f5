"""Values of SciPy and rliable for StatisticsTests.

In a Python environment with `pip install rliable==1.2.0 scipy==1.17.1 statsmodels==0.15.0 pandas==2.3.3`:
python Tests/StatisticsTests/golden.py > Tests/StatisticsTests/Resources/golden.json
"""

import json

import numpy as np
import scipy.stats
from rliable import library, metrics
from statsmodels.stats.multitest import multipletests

random = np.random.default_rng(20261125)


def student_mean(values):
    low, high = scipy.stats.t.interval(
        0.95, len(values) - 1, loc=np.mean(values), scale=scipy.stats.sem(values)
    )
    return {"values": values, "mean": np.mean(values), "low": low, "high": high}


def sign_flip(values):
    p = scipy.stats.permutation_test(
        (np.array(values), np.zeros(len(values))),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
        alternative="two-sided",
    ).pvalue
    return {"values": values, "p": p}


def holm(values):
    return {"values": values, "adjusted": multipletests(values, method="holm")[1].tolist()}


def matrix(rows, columns):
    values = random.normal(size=(rows, columns)) * np.linspace(0.1, 2, columns)
    singular = np.linalg.svd(values, compute_uv=False)
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    cosines = unit @ unit.T
    return {
        "columns": columns,
        "values": values.ravel().tolist(),
        "singularValues": singular.tolist(),
        "effectiveRank": float(np.exp(scipy.stats.entropy(singular / singular.sum()))),
        "cosines": cosines.ravel().tolist(),
        "spectrum": np.linalg.eigvalsh(cosines)[::-1].tolist(),
        "meanAbsoluteOffDiagonal": float(np.abs(cosines[~np.eye(rows, dtype=bool)]).mean()),
    }


def scores():
    # rliable has runs × tasks; rounded, so that there are ties.
    x = np.round(random.normal(0.71, 0.05, size=(5, 7)), 2)
    y = np.round(random.normal(0.68, 0.05, size=(6, 7)), 2)
    replicates = 50_000
    _, iqm = library.get_interval_estimates(
        {"x": x}, metrics.aggregate_iqm, reps=replicates, random_state=np.random.RandomState(1)
    )
    _, improvement = library.get_interval_estimates(
        {"x,y": (x, y)},
        metrics.probability_of_improvement,
        reps=replicates // 10,
        random_state=np.random.RandomState(2),
    )
    return {
        "x": x.T.tolist(),
        "y": y.T.tolist(),
        "interquartileMean": float(metrics.aggregate_iqm(x)),
        "interquartileMeanInterval": iqm["x"].ravel().tolist(),
        "probabilityOfImprovement": float(metrics.probability_of_improvement(x, y)),
        "probabilityOfImprovementInterval": improvement["x,y"].ravel().tolist(),
    }


print(
    json.dumps(
        {
            "studentMeans": [
                student_mean([0.687, 0.671, 0.702]),
                student_mean(np.round(random.normal(0.7, 0.02, 20), 4).tolist()),
            ],
            "signFlips": [
                sign_flip([0.013, 0.021, -0.004, 0.008, 0.017]),
                # Multiples of 1/240, with zeros and ties.
                sign_flip([k / 240 for k in (3, -3, 0, 5, 1, 1, -2, 4, 0, 6)]),
                sign_flip(np.round(random.normal(0.004, 0.01, 14), 4).tolist()),
            ],
            "holm": [holm([0.01, 0.04, 0.03, 0.005]), holm([0.3, 0.001, 0.02, 0.02, 0.9, 0.6])],
            "matrices": [matrix(4, 16), matrix(9, 5), matrix(6, 6)],
            "scores": scores(),
        },
        indent=1,
    )
)
