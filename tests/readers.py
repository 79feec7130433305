"""Run by another Python (`make readers`): every dataset of a folder, read by Spark and by Hugging Face's `datasets`; as JSON.

python tests/readers.py CURATED
"""

import json
import sys
from pathlib import Path

DATASETS = ("documents", "records", "edits", "facts", "references", "events", "rejections", "listings", "duplicates")


def main() -> None:
    import datasets
    import frictionless
    import pyspark
    from pyspark.sql import SparkSession

    curated = Path(sys.argv[1])
    told: dict[str, object] = {
        "versions": {m.__name__: m.__version__ for m in (datasets, pyspark, frictionless)},
    }
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    told["spark"] = {
        name: [(t := spark.read.parquet(str(curated / name))).count(), len(t.columns)] for name in DATASETS
    }
    spark.stop()
    # Of a folder without rows its card names none, and the library makes up one.
    known = [name for name in datasets.get_dataset_config_names(str(curated)) if name in DATASETS]
    told["huggingface"] = {name: datasets.load_dataset(str(curated), name)["train"].num_rows for name in known}
    package = frictionless.Package(str(curated / "datapackage.json"))
    told["frictionless"] = {"resources": len(package.resources), "valid": package.validate().valid}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
