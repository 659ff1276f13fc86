import random
import unittest

import decant_client as d
import httpx
from client_api import MODEL, Script, answer, items_of, predictions, problem
from decant_client.batches import cut

CHAIN = ["C" * (i % 50 + 1) for i in range(1000)]


class Batches(unittest.TestCase):
    def test_many_molecules_go_in_requests_of_256_and_come_back_in_order(self) -> None:
        script = Script(predictions, concurrency=3)
        answers = script.client.predict(CHAIN)
        self.assertEqual(sorted(len(items_of(a)) for a in script.asked), [232, 256, 256, 256])
        self.assertEqual([i.canonical_smiles for i in answers.items], CHAIN)
        self.assertEqual([i.index for i in answers.items], list(range(1000)))
        self.assertEqual((answers.summary.ok, answers.summary.failed), (1000, 0))

    def test_ids_stay_here_and_may_repeat(self) -> None:
        script = Script(predictions)
        answers = script.client.predict([{"id": "a", "smiles": "C"}, {"id": "a", "smiles": "bad"}])
        self.assertEqual([i.id for i in answers.items], ["a", "a"])
        self.assertEqual([i.status for i in answers.items], ["ok", "error"])
        self.assertNotIn(b'"id"', script.asked[0].content)

    def test_codes_that_this_client_does_not_know_are_read(self) -> None:
        answers = Script(predictions).client.predict(["C"])
        self.assertEqual(answers.items[0].warnings[0].code, "A_NEW_CODE")

    def test_progress_is_told_after_each_batch(self) -> None:
        seen: list[tuple[int, int]] = []
        Script(predictions).client.predict(CHAIN[:600], on_progress=lambda *now: seen.append(now))
        self.assertEqual(seen, [(256, 600), (512, 600), (600, 600)])

    def test_none_are_refused_before_anything_is_sent(self) -> None:
        script = Script(predictions)
        with self.assertRaises(ValueError):
            script.client.predict([])
        self.assertEqual(script.asked, [])

    def test_what_was_answered_before_a_batch_was_refused_is_not_lost(self) -> None:
        def refuse(request: httpx.Request) -> httpx.Response:
            return (problem(422) if b'"refused"' in request.content else predictions)(request)

        script = Script(refuse)
        with self.assertRaises(d.PartialAnswerError) as caught:
            script.client.predict([*CHAIN[:300], "refused", *CHAIN])
        items = caught.exception.items
        self.assertIsInstance(caught.exception.__cause__, d.InvalidRequestError)
        self.assertEqual([i and i.canonical_smiles for i in items], CHAIN[:256] + [None] * 1045)

    def test_a_first_batch_that_is_refused_is_just_that_error(self) -> None:
        with self.assertRaises(d.ForbiddenError):
            Script(problem(403)).client.predict(CHAIN)

    def test_answers_of_two_models_are_no_answer(self) -> None:
        script = Script(predictions, lambda request: predictions(request, "b" * 64))
        with self.assertRaisesRegex(d.PartialAnswerError, "the model changed"):
            script.client.predict(CHAIN)

    def test_answers_that_are_too_few_or_out_of_order_are_none(self) -> None:
        for items in ([], [{"index": 1, "status": "ok"}, {"index": 0, "status": "ok"}]):
            body = {"model": MODEL, "summary": {"ok": 0, "failed": 0}, "items": items}
            with self.subTest(items), self.assertRaises(d.BadAnswerError):
                Script(answer(200, body)).client.predict(["C", "CC"])

    def test_cutting_loses_nothing_and_holds_both_limits(self) -> None:
        chosen = random.Random(7)
        for _ in range(200):
            smiles = ["Cé%"[chosen.randrange(3)] * chosen.randrange(40) for _ in range(chosen.randrange(60))]
            parts = cut(smiles, 7, 120)
            self.assertEqual([s for begin, end in parts for s in smiles[begin:end]], smiles)
            for begin, end in parts:
                self.assertTrue(0 < end - begin <= 7)
                size = sum(len(s.encode()) + 14 for s in smiles[begin:end])
                self.assertTrue(end - begin == 1 or size <= 120)


class Jobs(unittest.TestCase):
    @staticmethod
    def job(state: str, **more: object) -> dict[str, object]:
        where = {"s3uri": "s3://inputs/a.csv", "format": "csv"}
        at = "2026-11-21T08:00:00.000Z"
        fixed = {"id": "j1", "type": "predictions", "model": MODEL, "input": where, "output": {"s3uri": "s3://o/"}}
        return {**fixed, "state": state, "created_at": at, "updated_at": at, **more}

    def test_a_job_is_followed_to_its_end_with_progress(self) -> None:
        script = Script(*(answer(200, self.job(s)) for s in ("QUEUED", "RUNNING", "PARTIAL")))
        seen: list[str] = []
        self.assertEqual(script.client.jobs.wait("j1", on_progress=lambda j: seen.append(j.state)).state, "PARTIAL")
        self.assertEqual(seen, ["QUEUED", "RUNNING", "PARTIAL"])
        self.assertEqual(script.waits, [2.0, 2.6])

    def test_a_job_that_failed_raises_why(self) -> None:
        failed = self.job("FAILED", error={"code": "E", "detail": "because"})
        with self.assertRaisesRegex(d.JobError, "because"):
            Script(answer(200, failed)).client.jobs.wait("j1")

    def test_who_waits_no_longer_is_told_that_the_job_goes_on(self) -> None:
        with self.assertRaisesRegex(TimeoutError, "RUNNING"):
            Script(answer(200, self.job("RUNNING"))).client.jobs.wait("j1", timeout=10)

    def test_jobs_are_listed_over_all_pages(self) -> None:
        pages = [{"jobs": [self.job("RUNNING")], "next_cursor": "a b"}, {"jobs": [self.job("RUNNING")] * 2}]
        script = Script(*(answer(200, page) for page in pages))
        self.assertEqual(len(list(script.client.jobs.list("RUNNING"))), 3)
        self.assertEqual(dict(script.asked[1].url.params), {"status": "RUNNING", "cursor": "a b"})

    def test_a_cancellation_whose_answer_was_lost_has_been_done(self) -> None:
        script = Script(problem(500), problem(409), answer(200, self.job("CANCELLED")))
        self.assertEqual(script.client.jobs.cancel("j1").state, "CANCELLED")

    def test_a_job_that_had_ended_cannot_be_cancelled(self) -> None:
        with self.assertRaises(d.ConflictError):
            Script(problem(409), answer(200, self.job("SUCCEEDED"))).client.jobs.cancel("j1")


if __name__ == "__main__":
    unittest.main()
