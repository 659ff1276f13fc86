import base64
import json
import tempfile
import unittest
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
from client_api import MODEL, Script, answer, items_of, predictions
from decant_client.generated.models import Job
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem


class Predicting(unittest.TestCase):
    def test_rows_order_and_index_stay(self) -> None:
        df = pd.DataFrame({"smiles": ["CC", "C", "bad"], "dose": [1, 2, 3]}, index=["x", "y", "x"])
        out = Script(predictions).client.predict(df)
        self.assertEqual(list(out.index), ["x", "y", "x"])
        self.assertEqual(list(out["dose"]), [1, 2, 3])
        self.assertEqual(list(out["MolWt"])[:2], [2.0, 1.0])
        self.assertEqual(list(df.columns), ["smiles", "dose"])

    def test_a_row_that_cannot_be_read_has_an_error_and_no_numbers(self) -> None:
        out = Script(predictions).client.predict(pd.DataFrame({"smiles": ["C", "bad"]}))
        self.assertEqual(list(out["status"]), ["ok", "error"])
        self.assertEqual((out["error_code"][1], out["error_position"][1]), ("INVALID_SMILES", 0))
        self.assertTrue(np.isnan(out["MolWt"][1]))
        self.assertTrue(out["in_domain"].isna()[1])
        self.assertIs(out["in_domain"][0], np.False_)

    def test_missing_cells_and_cells_that_are_no_text_are_not_sent(self) -> None:
        cells = ["C", None, float("nan"), pd.NA, pd.NaT, 7, ["C"]]
        script = Script(predictions)
        out = script.client.predict(pd.DataFrame({"smiles": pd.Series(cells, dtype=object)}))
        self.assertEqual(items_of(script.asked[0]), ["C"])
        self.assertEqual(list(out["error_code"]), [None, "EMPTY", "EMPTY", "EMPTY", "EMPTY", *["INVALID_SMILES"] * 2])

    def test_equal_smiles_are_asked_once_and_answered_everywhere(self) -> None:
        script = Script(predictions)
        out = script.client.predict(pd.DataFrame({"smiles": ["C", "CC", "C", "bad", "bad"]}))
        self.assertEqual(items_of(script.asked[0]), ["C", "CC", "bad"])
        self.assertEqual(list(out["MolWt"].fillna(-1)), [1, 2, 1, -1, -1])

    def test_a_frame_without_a_structure_asks_nothing_and_has_all_columns(self) -> None:
        for df in (pd.DataFrame({"smiles": []}), pd.DataFrame({"smiles": [None]})):
            script = Script(predictions)
            out = script.client.predict(df, endpoints=["MolWt"])
            self.assertEqual((len(out), script.asked), (len(df), []))
            self.assertIn("MolWt", out.columns)

    def test_the_model_is_told(self) -> None:
        out = Script(predictions).client.predict(pd.DataFrame({"smiles": ["C"]}))
        self.assertEqual(out.attrs["model"], MODEL)

    def test_columns_are_never_overwritten(self) -> None:
        df = pd.DataFrame({"SMILES": ["C"], "status": ["mine"]})
        with self.assertRaisesRegex(ValueError, "status"):
            Script(predictions).client.predict(df, "SMILES")
        out = Script(predictions).client.predict(df, "SMILES", prefix="p_")
        self.assertEqual((out["status"][0], out["p_status"][0]), ("mine", "ok"))

    def test_a_column_that_is_missing_or_there_twice_is_named(self) -> None:
        with self.assertRaisesRegex(KeyError, "'smiles'"):
            Script(predictions).client.predict(pd.DataFrame({"SMILES": ["C"]}))
        twice = pd.DataFrame([["C", "C"]], columns=["smiles", "smiles"])
        with self.assertRaisesRegex(ValueError, "several"):
            Script(predictions).client.predict(twice)

    def test_an_index_of_several_levels_stays(self) -> None:
        index = pd.MultiIndex.from_tuples([("p1", "A1"), ("p1", "A2")], names=["plate", "well"])
        out = Script(predictions).client.predict(pd.DataFrame({"smiles": ["C", "CC"]}, index=index))
        self.assertTrue(out.index.equals(index))
        self.assertEqual(out.loc[("p1", "A2"), "MolWt"], 2.0)


class Embedding(unittest.TestCase):
    def test_vectors_are_exact_float32_and_missing_where_there_is_an_error(self) -> None:
        vector = np.array([0.1, -1.5, 3e-8], dtype="<f4")

        def embeddings(request: httpx.Request) -> httpx.Response:
            self.assertEqual(json.loads(request.content)["encoding"], "base64_f32")
            error = {"type": "urn:x", "title": "Bad", "detail": "no", "code": "VALENCE"}
            items = [
                {"index": 0, "status": "ok", "embedding_base64": base64.b64encode(vector.tobytes()).decode()},
                {"index": 1, "status": "error", "error": error},
            ]
            body = {"model": MODEL, "summary": {"ok": 1, "failed": 1}, "pooling": "mean", "normalized": False}
            return httpx.Response(200, json={**body, "items": items})

        out = Script(embeddings).client.embed(pd.DataFrame({"smiles": ["C", "bad"]}))
        self.assertEqual(out["embedding"][0].tobytes(), vector.tobytes())
        self.assertIsNone(out["embedding"][1])
        self.assertEqual(out["error_code"][1], "VALENCE")


class Results(unittest.TestCase):
    def test_results_and_errors_of_a_job_are_read(self) -> None:
        folder = Path(tempfile.mkdtemp())
        (folder / "out").mkdir()
        for part, rows in (("1", [1.0, 2.0]), ("2", [3.0])):
            pd.DataFrame({"MolWt": rows}).to_parquet(folder / "out" / f"{part}.parquet")
        (folder / "out" / "errors.jsonl").write_text('{"row": 4}\n\n{"row": 5}\n')
        outputs = {
            "results": ["s3://out/1.parquet", "s3://out/2.parquet"],
            "errors": "s3://out/errors.jsonl",
            "manifest": "s3://out/manifest.json",
        }
        at = "2026-11-21T08:00:00.000Z"
        job = Job.from_dict(
            {
                "id": "j1",
                "type": "predictions",
                "state": "PARTIAL",
                "model": MODEL,
                "input": {"s3uri": "s3://a/b.csv", "format": "csv"},
                "output": {"s3uri": "s3://out/"},
                "outputs": outputs,
                "created_at": at,
                "updated_at": at,
            }
        )
        jobs = Script(answer(200, {})).client.jobs
        files = SubTreeFileSystem(str(folder), LocalFileSystem())
        self.assertEqual(list(jobs.results(job, files)["MolWt"]), [1.0, 2.0, 3.0])
        self.assertEqual(jobs.errors(job, files), [{"row": 4}, {"row": 5}])


if __name__ == "__main__":
    unittest.main()
