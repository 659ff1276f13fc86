import unittest

import decant_client as d
import httpx
from client_api import Script, answer, breaking_server, items_of, lost, predictions, problem

LIST = answer(200, {"models": []})


class Tokens:
    """Tokens by number; one that is dropped is followed by the next."""

    api_key = "plan"

    def __init__(self) -> None:
        self.dropped: list[str] = []

    def get(self) -> str:
        return f"t{len(self.dropped)}"

    def drop(self, token: str) -> None:
        self.dropped.append(token)


class Requests(unittest.TestCase):
    def test_token_key_and_stage_are_sent(self) -> None:
        script = Script(predictions, auth=Tokens())
        script.client.predict(["CCO"], endpoints=["MolWt"])
        asked = script.asked[0]
        self.assertEqual(asked.url.path, "/api/v1/predictions")
        self.assertEqual(asked.headers["authorization"], "Bearer t0")
        self.assertEqual(asked.headers["x-api-key"], "plan")
        self.assertEqual(items_of(asked), ["CCO"])

    def test_an_expired_token_is_renewed_once(self) -> None:
        script = Script(problem(401), LIST, auth=Tokens())
        self.assertEqual(script.client.models(), [])
        self.assertEqual([a.headers["authorization"] for a in script.asked], ["Bearer t0", "Bearer t1"])

    def test_a_new_token_that_is_refused_as_well_is_the_end(self) -> None:
        script = Script(problem(401), auth=Tokens())
        with self.assertRaises(d.UnauthorizedError):
            script.client.models()
        self.assertEqual(len(script.asked), 2)

    def test_retry_after_is_waited_for_at_least(self) -> None:
        for status in (429, 503):
            with self.subTest(status):
                script = Script(problem(status, retry_after="7"), LIST)
                script.client.models()
                self.assertGreaterEqual(script.waits[0], 7)
                self.assertLessEqual(script.waits[0], 7.5)

    def test_an_hour_is_told_and_not_slept(self) -> None:
        script = Script(problem(429, retry_after="3600"))
        with self.assertRaises(d.ThrottledError) as caught:
            script.client.models()
        self.assertEqual((caught.exception.retry_after, script.waits), (3600, []))

    def test_waits_are_jittered_and_tries_are_five(self) -> None:
        script = Script(problem(500))
        with self.assertRaises(d.UnavailableError):
            script.client.models()
        self.assertEqual(len(script.asked), 5)
        for wait, most in zip(script.waits, (0.5, 1, 2, 4), strict=True):
            self.assertTrue(0 <= wait <= most)

    def test_a_broken_connection_is_tried_again_with_the_same_idempotency_key(self) -> None:
        script = Script(lost, predictions)
        script.client.predict(["CCO"])
        script.client.predict(["CCO"])
        first, again, other = (a.headers["idempotency-key"] for a in script.asked)
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_an_answer_that_breaks_off_on_the_wire_is_asked_for_again(self) -> None:
        half = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"models": ['
        whole = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{"models": []}'
        url, thread = breaking_server([half, b"", whole])
        with d.DecantClient(url, d.Bearer("t"), sleep=lambda _: None) as client:
            self.assertEqual(client.models(), [])
        thread.join(5)

    def test_json_that_is_cut_off_is_asked_for_again(self) -> None:
        script = Script(lambda _: httpx.Response(200, text='{"models": ['), LIST)
        self.assertEqual(script.client.models(), [])

    def test_an_answer_of_another_shape_is_a_bad_answer(self) -> None:
        for body in ([], {"models": 1}, {"models": [{}]}, None):
            with self.subTest(body), self.assertRaises(d.BadAnswerError):
                Script(answer(200, body)).client.models()

    def test_problems_are_errors_of_their_own_and_are_not_tried_again(self) -> None:
        kinds = {
            400: d.InvalidRequestError,
            403: d.ForbiddenError,
            404: d.NotFoundError,
            409: d.ConflictError,
            413: d.InvalidRequestError,
            415: d.InvalidRequestError,
            422: d.InvalidRequestError,
        }
        for status, kind in kinds.items():
            with self.subTest(status):
                script = Script(problem(status, x_request_id="r-1"))
                with self.assertRaises(kind) as caught:
                    script.client.models()
                self.assertEqual((caught.exception.request_id, caught.exception.problem.detail), ("r-1", "no"))
                self.assertEqual(len(script.asked), 1)

    def test_a_conflict_with_a_time_to_wait_is_tried_again(self) -> None:
        script = Script(problem(409, retry_after="1"), predictions)
        script.client.predict(["CCO"])
        self.assertEqual(len(script.asked), 2)

    def test_a_page_of_a_proxy_has_its_status(self) -> None:
        script = Script(lambda _: httpx.Response(403, text="<html>Forbidden</html>"))
        with self.assertRaises(d.ForbiddenError):
            script.client.models()

    def test_no_error_repeats_a_structure(self) -> None:
        for step in (lost, problem(422), lambda _: httpx.Response(200, text="no")):
            with self.assertRaises(d.DecantError) as caught:
                Script(step).client.predict(["C1=SECRET"])
            self.assertNotIn("SECRET", f"{caught.exception!r}{caught.exception.__cause__!r}")


class Credentials(unittest.TestCase):
    def setUp(self) -> None:
        self.asked: list[httpx.Request] = []
        self.now = 0.0

    def source(self, *steps: httpx.Response) -> d.ClientCredentials:
        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            if steps:
                return steps[min(len(self.asked), len(steps)) - 1]
            return httpx.Response(200, json={"access_token": f"token-{len(self.asked)}", "expires_in": 3600})

        transport = httpx.MockTransport(handle)
        return d.ClientCredentials(
            "https://pool.example/oauth2/token",
            "an id",
            "s:cret",
            scopes=["decant/models.read"],
            transport=transport,
            clock=lambda: self.now,
        )

    def test_credentials_go_by_basic_authentication_with_the_scopes(self) -> None:
        self.source().get()
        basic = httpx.BasicAuth("an%20id", "s%3Acret")
        expected = next(basic.auth_flow(httpx.Request("POST", "https://x"))).headers["authorization"]
        self.assertEqual(self.asked[0].headers["authorization"], expected)
        self.assertEqual(self.asked[0].content, b"grant_type=client_credentials&scope=decant%2Fmodels.read")

    def test_a_token_is_kept_until_a_minute_before_its_end(self) -> None:
        source = self.source()
        self.assertEqual(source.get(), "token-1")
        self.now = 3539
        self.assertEqual(source.get(), "token-1")
        self.now = 3540
        self.assertEqual(source.get(), "token-2")

    def test_a_dropped_token_is_not_given_again(self) -> None:
        source = self.source()
        source.drop(source.get())
        self.assertEqual(source.get(), "token-2")
        source.drop("token-1")
        self.assertEqual(source.get(), "token-2")

    def test_refusals_and_nonsense_are_sign_in_errors_without_the_secret(self) -> None:
        for response in (
            httpx.Response(400, json={"error": "invalid_client"}),
            httpx.Response(200, text="<html>"),
            httpx.Response(200, json={"token_type": "Bearer"}),
            httpx.Response(200, json=None),
        ):
            self.asked.clear()
            source = self.source(response)
            with self.assertRaises(d.SignInError) as caught:
                source.get()
            self.assertNotIn("cret", f"{caught.exception!r} {source!r}".replace("oauth2", ""))


if __name__ == "__main__":
    unittest.main()
