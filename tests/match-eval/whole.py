"""Splink on a whole list, with blocks that end at a million: `whole.py names|parts labelled.csv`.

The list has the columns cluster, name and number; of these Splink sees the name and the number. The last line says how well
it does by its best threshold, how well by the probabilities .5 and .9, what it took, and the most memory it had.
"""

import logging
import resource
import sys
import time

import numpy as np
import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

# What somebody who knows such names would take off: Splink has no lists of its own.
FORM = r"(集团)?(股份)?有限(责任)?公司$"
TOWNS = (
    "北京|上海|天津|重庆|石家庄|太原|呼和浩特|沈阳|大连|长春|哈尔滨|南京|苏州|杭州|宁波|合肥|福州|厦门|南昌|济南|青岛|郑州|"
    "武汉|长沙|广州|深圳|东莞|南宁|海口|成都|贵阳|昆明|拉萨|西安|兰州|西宁|银川|乌鲁木齐"
)


def names(records: pd.DataFrame) -> tuple[list, list, list]:
    """Names as they stand."""
    comparisons = [cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.7])]
    blocks = [
        block_on("name"),
        block_on("substr(name, 1, 5)"),
        block_on("substr(name, 3, 5)"),
        block_on("substr(name, 1, 4)", "right(name, 6)"),
    ]
    return comparisons, blocks, [block_on("name")]


def parts(records: pd.DataFrame) -> tuple[list, list, list]:
    """Names without brackets and legal form, and the town apart."""
    plain = records["name"].str.replace(r"[()（）]", "", regex=True)
    records["town"] = plain.str.extract(f"({TOWNS})", expand=False)
    core = plain.str.replace(f"({TOWNS})市?", "", n=1, regex=True)
    records["core"] = core.str.replace(FORM, "", regex=True)
    comparisons = [cl.JaroWinklerAtThresholds("core", [0.95, 0.88, 0.7]), cl.ExactMatch("town")]
    blocks = [block_on("core"), block_on("substr(core, 1, 3)", "town"), block_on("substr(core, 2)", "town")]
    return comparisons, blocks, [block_on("core")]


def found(records: pd.DataFrame, settings: tuple[list, list, list]) -> pd.DataFrame:
    """The pairs, the surest first."""
    comparisons, blocks, trained_on = settings
    number = block_on("number")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[*comparisons, cl.DamerauLevenshteinAtThresholds("number", [1])],
        blocking_rules_to_generate_predictions=[number, *blocks],
    )
    linker = Linker(DuckDBAPI().register(records.drop(columns="cluster")), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([number], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in [number, *trained_on]:
        training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_weight=-10).as_pandas_dataframe()
    return pairs.sort_values("match_weight", ascending=False, ignore_index=True)


def main(job: str, source: str) -> None:
    """Looks for the pairs of a list, and says how well."""
    logging.disable(logging.WARNING)
    start = time.monotonic()
    records = pd.read_csv(source, dtype=str)
    records["unique_id"] = records.index
    pairs = found(records, {"names": names, "parts": parts}[job](records))
    seconds = time.monotonic() - start

    clusters = records["cluster"].to_numpy()
    sizes = records.groupby("cluster").size()
    true_pairs = (sizes * (sizes - 1) // 2).sum()
    right = (clusters[pairs["unique_id_l"]] == clusters[pairs["unique_id_r"]]).cumsum()
    # F1 of the surest one, the surest two and so on: twice the right ones, of those found and those true.
    f1 = 2 * right / (np.arange(1, len(pairs) + 1) + true_pairs)
    # No threshold divides pairs of one weight.
    weights = pairs["match_weight"].to_numpy()
    is_last = np.append(weights[1:] != weights[:-1], True)
    best = np.where(is_last, f1, 0).argmax()
    probabilities = pairs["match_probability"]

    def at(threshold: float) -> float:
        kept = (probabilities >= threshold).sum()
        return f1[kept - 1] if kept else 0.0

    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(
        f"splink_{job} f1={f1[best]:.3f} precision={right[best] / (best + 1):.3f} recall={right[best] / true_pairs:.3f} "
        f"threshold={probabilities[best]:.3f} f1_at_.5={at(0.5):.3f} f1_at_.9={at(0.9):.3f} "
        f"seconds={seconds:.1f} megabytes={megabytes:.0f}"
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
