import json
import os
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[4]
sys.path.insert(0, str(ROOT / "glue" / "embed"))

import numpy as np
from decant_embed.heads import head_values
from decant_embed.model import open_model

from models.heads.models import fit_linear
from models.heads.shipped import shipped
from models.heads.train import prepare, scores_of_head

BUNDLE = ROOT / "models" / "chemberta-mtr-mini"
MODEL = open_model(BUNDLE)
ASKED = {a.name: a for a in shipped(Path(os.environ["DECANT_TEST_DATA"]))}


class Shipped(unittest.TestCase):
    def check(self, name: str) -> None:
        """The recorded scores of a head, computed anew, and that its file is the final fit."""
        head = json.loads((BUNDLE / "heads" / f"{name}.json").read_text())
        data = prepare(MODEL, ASKED[name])
        np.testing.assert_allclose(scores_of_head(data, head["kind"]), head["metrics"]["splits"]["head"], atol=2e-3)
        for key, value in data.data.described().items():
            self.assertEqual(head["training"][key], value, key)
        fit = fit_linear(head["kind"], data.embedding, data.data.values, head["training"]["penalty"]).linear(data.embedding)
        again = 1 / (1 + np.exp(-fit)) if head["kind"] == "logistic" else fit
        np.testing.assert_allclose(head_values(head, data.embedding.astype(np.float32)), again, atol=1e-2)

    def test_solubility_scores_as_its_card_tells(self) -> None:
        self.check("solubility")

    def test_bace_scores_as_its_card_tells(self) -> None:
        self.check("bace")

    def test_lipophilicity_scores_as_its_card_tells(self) -> None:
        self.check("lipophilicity")


if __name__ == "__main__":
    unittest.main()
