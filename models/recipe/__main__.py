"""Trains and writes a bundle: `python -m models.recipe --data FILE`."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from models.convert.bundle import BUNDLE_FILE, bundle_hash, files_of, write_json
from models.recipe import assemble, data, measure
from models.recipe.baseline import BagRidge
from models.recipe.card import build_card, later_parts, source
from models.recipe.checkpoint import write_checkpoint
from models.recipe.markdown import write_card_text
from models.recipe.network import Shape
from models.recipe.train import Plan
from models.recipe.trainings import training_of

ROOT = Path(__file__).parents[2]


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(
        prog="python -m models.recipe", description="Trains a model bundle from a file of SMILES."
    )
    p.add_argument(
        "--data",
        type=Path,
        required=True,
        help="molecules: SMILES in the first column or in one called smiles; .gz is read",
    )
    p.add_argument(
        "--exclude", type=Path, nargs="*", default=[], help="files whose molecules are not trained on, but reported on"
    )
    p.add_argument("--seeds", type=int, nargs="+", default=[0], help="one training each; the first is shipped")
    p.add_argument("--steps", type=int, default=Plan.steps)
    p.add_argument("--batch", type=int, default=Plan.batch, help="molecules of a step")
    p.add_argument("--rate", type=float, default=Plan.rate, help="the highest learning rate")
    p.add_argument("--warmup", type=int, default=Plan.warmup, help="steps until it is reached")
    p.add_argument("--out", type=Path, default=ROOT / "models" / assemble.NAME, help="the bundle's folder")
    p.add_argument(
        "--work", type=Path, default=ROOT / "build" / "recipe", help="keeps descriptors and finished trainings"
    )
    p.add_argument(
        "--checkpoint", type=Path, help="also writes the shipped weights as a Hugging Face checkpoint into this folder"
    )
    return p.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    o = arguments()
    shape, out = Shape(), o.out
    molecules, counts = data.load(o.data, o.work)
    split = data.split(molecules, counts, data.canonical_of(o.exclude), shape.max_tokens)
    say(f"molecules: {split.counts}")
    norms = data.norms_of(split.train.values)
    plans = [Plan(steps=o.steps, seed=seed, batch=o.batch, rate=o.rate, warmup=o.warmup) for seed in o.seeds]
    trainings = [training_of(split.train, norms, shape, plan, o.work, say) for plan in plans]

    bag = BagRidge(split.train.smiles, split.train.values)
    models = [t.onnx(shape) for t in trainings]
    holdout = {
        "molecules": len(split.holdout.smiles),
        "bagOfTokens": measure.of_baseline(bag, split.holdout),
        "seeds": [
            {"seed": t.seed, **measure.of_model(m, norms, split.holdout)}
            for t, m in zip(trainings, models, strict=True)
        ],
    }
    elsewhere = []
    for path in o.exclude:
        others = measure.molecules_of(data.read_smiles(path), shape.max_tokens)
        model, baseline = measure.of_model(models[0], norms, others), measure.of_baseline(bag, others)
        elsewhere.append({"file": path.name, "molecules": len(others.smiles), "model": model, "bagOfTokens": baseline})

    index = out / BUNDLE_FILE
    before = json.loads(index.read_text("utf-8"))["hash"] if index.exists() else ""
    assemble.write_model(out, models[0], shape, norms)
    if o.checkpoint:
        write_checkpoint(o.checkpoint, trainings[0], shape)
    half = assemble.write_samples(out, models[0], split)
    later = later_parts(out, before, bundle_hash(files_of(out)))
    if not later["heads"]:
        # A head that was fitted to other embeddings answers nonsense.
        shutil.rmtree(out / "heads", ignore_errors=True)
    card = build_card(
        sources={"training": source(o.data), "excluded": [source(p) for p in o.exclude]},
        counts=split.counts,
        shape=shape,
        plan=plans[0],
        trainings=trainings,
        holdout=holdout,
        elsewhere=elsewhere,
        half=half,
        later=later,
    )
    write_json(out / "card.json", card)
    write_card_text(out)
    say(f"bundle hash {assemble.write_index(out, shape)['hash']}")
    for s in [*holdout["seeds"], {"seed": "bag of tokens", **holdout["bagOfTokens"]}]:
        say(f"seed {s['seed']}: mean {s['mean']:.4f} {s['r2']}")


if __name__ == "__main__":
    main()
