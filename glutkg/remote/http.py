"""Requests to a SPARQL 1.1 store: addresses, credentials, limits of time and size, and errors in plain words."""

from __future__ import annotations

import netrc
import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar
from urllib.parse import parse_qsl, urlsplit

from glutkg.errors import EndpointError, LimitError, MissingPartError, QueryError, UsageError, WrongAddressError
from glutkg.text.escaping import visible
from glutkg.version import VERSION

try:
    import httpx
except ModuleNotFoundError as error:
    raise MissingPartError("Stores elsewhere need a part of their own: pip install 'glutkg[remote]'.") from error

if TYPE_CHECKING:
    from collections.abc import Iterable
    from urllib.parse import SplitResult

USER, PASSWORD = "GLUTKG_ENDPOINT_USER", "GLUTKG_ENDPOINT_PASSWORD"
"""The variables that hold a name and its password."""
TOKEN = "GLUTKG_ENDPOINT_TOKEN"  # noqa: S105
"""The variable that holds a token, which is sent as a bearer token."""
CREDENTIALS = "GLUTKG_ENDPOINT_CREDENTIALS"
"""The variable that names a file with the names and passwords of several hosts, written as `.netrc` is."""
SECONDS = 60.0
"""How long a request may take unless something else is asked for."""
MAX_ANSWER = 256 << 20
"""Bytes of an answer that is read as a whole."""
_TO_CONNECT = 10.0
_TO_SETTLE = 10.0
_SHOWN = 300
"""Characters that are shown of what a store says about an error."""

Parameters = tuple[tuple[str, str], ...]
_T = TypeVar("_T")


class Endpoint:
    """An address to which the queries or the updates of a store are sent; connections stay open in between.

    What stands after `?` in the address, such as `default-graph-uri=…`, goes with every query.
    """

    def __init__(self, url: str, seconds: float = SECONDS, client: httpx.Client | None = None) -> None:
        """Take an address. Raises UsageError for what is none, or holds a password."""
        parts = _split(url)
        self.address = parts._replace(query="", fragment="").geturl()
        self.parameters: Parameters = tuple(parse_qsl(parts.query))
        self.seconds = seconds
        self._client = client or _client(parts, seconds)

    def beside(self, path: str) -> Endpoint:
        """Give another address of the same store, which begins as this one does.

        >>> Endpoint("http://example.org/store/").beside("query").address
        'http://example.org/store/query'
        """
        made = Endpoint(f"{self.address.rstrip('/')}/{path}" if path else self.address, self.seconds, self._client)
        made.parameters = self.parameters
        return made

    def query(self, text: str, accept: str, parameters: Parameters = (), seconds: float | None = None) -> bytes:
        """Send a query; return the whole answer. A parameter of that name takes the place of the address's own.

        Raises QueryError when the store refuses the query, LimitError when it takes too long or answers too much, and
        EndpointError when nothing answers or what answers is no such store.
        """
        limit = seconds or self.seconds
        fields = (("query", text), *self._with(parameters))
        return _within(limit, self.address, lambda: self._post(_form(fields), accept, limit))

    def update(self, text: str, seconds: float | None = None) -> None:
        """Send an update. Raises what `query` raises. Who interrupts it waits a moment, to know what became of it."""
        limit = seconds or self.seconds
        _within(limit, self.address, lambda: self._post(_form((("update", text),)), "*/*", limit), _TO_SETTLE)

    def add(self, graph: str, turtle: str, seconds: float | None = None) -> None:
        """Add triples to a graph by the Graph Store Protocol. Raises, and waits, as `update` does."""
        limit, content = seconds or self.seconds, _Content(turtle.encode(), "text/turtle", {"graph": graph})
        _within(limit, self.address, lambda: self._post(content, "*/*", limit), _TO_SETTLE)

    @contextmanager
    def stream(self, text: str, accept: str) -> Iterator[Iterator[bytes]]:
        """Send a query; give the answer in pieces, however large it is. Raises what `query` raises."""
        with self._sent(_form((("query", text), *self.parameters)), accept) as response:
            yield response.iter_bytes()

    def _with(self, parameters: Parameters) -> Parameters:
        given = {name for name, _ in parameters}
        return (*((name, value) for name, value in self.parameters if name not in given), *parameters)

    def _post(self, sent: _Content, accept: str, seconds: float) -> bytes:
        end, content = time.monotonic() + seconds, bytearray()
        with self._sent(sent, accept) as response:
            for piece in response.iter_bytes():
                content += piece
                if time.monotonic() > end:
                    raise _late(self.address, seconds)
                if len(content) > MAX_ANSWER:
                    raise LimitError(f"The answer of {self.address} has more than {MAX_ANSWER:,} bytes. Add a LIMIT.")
        return bytes(content)

    @contextmanager
    def _sent(self, sent: _Content, accept: str) -> Iterator[httpx.Response]:
        headers = {"Accept": accept, "Content-Type": sent.media_type}
        try:
            with self._client.stream(
                "POST", self.address, content=sent.body, headers=headers, params=sent.parameters
            ) as response:
                if not response.is_success:
                    response.read()
                    _refuse(self.address, response)
                yield response
        except httpx.TimeoutException as error:
            raise _late(self.address, self.seconds) from error
        except httpx.InvalidURL as error:
            raise UsageError(f"{self.address} is no address of a SPARQL store ({error}).") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise EndpointError(
                f"{self.address} does not answer ({visible(str(error)) or type(error).__name__}). "
                "Check the address, and whether the store is running."
            ) from error


class _Content(NamedTuple):
    """What a request sends: its body, of which type that is, and what stands behind `?` in the address."""

    body: bytes
    media_type: str
    parameters: dict[str, str] = {}  # noqa: RUF012 - it is not changed


def _form(fields: Iterable[tuple[str, str]]) -> _Content:
    from urllib.parse import urlencode

    return _Content(urlencode(list(fields)).encode("ascii"), "application/x-www-form-urlencoded")


def _split(url: str) -> SplitResult:
    """Take an address apart; what may be a password is not shown."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError(f"{visible(url)} is no address of a SPARQL store.") from None
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            f"The address of {visible(parts.hostname or 'the store')} holds a name or a password, which others can see "
            f"there. Put them into the variables {USER} and {PASSWORD}, or into a file that {CREDENTIALS} names."
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or visible(url) != url or " " in url:
        raise UsageError(f"{visible(url)} is no address of a SPARQL store: write it as http://HOST:PORT/PATH.")
    return parts


def _client(parts: SplitResult, seconds: float) -> httpx.Client:
    timeout = httpx.Timeout(seconds, connect=min(seconds, _TO_CONNECT))
    return httpx.Client(auth=_login(parts), timeout=timeout, headers={"User-Agent": f"glutkg/{VERSION}"})


def _within(seconds: float, address: str, work: Callable[[], _T], to_settle: float = 0.0) -> _T:
    """Do some work, and wait for it at most so long, be it for a name, a connection or a trickle of bytes."""
    done: list[_T] = []
    failed: list[BaseException] = []
    ended = Event()

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # it is raised again below
            failed.append(error)
        finally:
            ended.set()

    Thread(target=run, daemon=True).start()
    try:
        ended.wait(seconds + 1)
    except KeyboardInterrupt:
        ended.wait(to_settle)
        raise
    if failed:
        error = failed.pop()
        try:
            raise error
        finally:
            del error  # no cycle, so that what Oxigraph gave is freed in the thread that asked for it
    if not done:
        raise _late(address, seconds)
    return done[0]


def _late(address: str, seconds: float) -> LimitError:
    return LimitError(f"{address} did not answer within {seconds:g} s. Ask for less, or try again later.")


def _refuse(address: str, response: httpx.Response) -> NoReturn:
    """Say what a status other than success means."""
    status, said = response.status_code, _said(response)
    if response.is_redirect:
        raise EndpointError(
            f"{address} has moved to {visible(response.headers.get('location', ''))}. Use that address."
        )
    if status in (401, 403):
        raise EndpointError(
            f"{address} refuses access (status {status}). Put a name and a password into the variables {USER} and "
            f"{PASSWORD}, a token into {TOKEN}, or name a file of them, written as .netrc is, in {CREDENTIALS}."
        )
    if status in (400, 422):
        raise QueryError(f"{address} refuses what it was asked{said}.")
    if status in (404, 405, 406, 410, 415, 501):
        raise WrongAddressError(f"{address} is no SPARQL endpoint for this (status {status}{said}). Check the address.")
    if status in (408, 413, 429, 503, 504):
        raise LimitError(f"{address} has no time for this (status {status}{said}). Ask for less, or try again later.")
    raise EndpointError(f"{address} failed (status {status}{said}).")


def _said(response: httpx.Response) -> str:
    """Give the first line of what a store says, unless it is a page."""
    text = response.text.strip()
    if not text or text.startswith("<"):
        return ""
    line = visible(text.splitlines()[0]).rstrip(".")
    return f": {line[:_SHOWN]}{'…' * (len(line) > _SHOWN)}"


# --- credentials ------------------------------------------------------------------------------------------------------


class _NameAndPassword(httpx.Auth):
    """Answers a store that asks for a name and a password, in the way in which it asks."""

    def __init__(self, name: str, password: str) -> None:
        self._given = name, password
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._chosen is None:
            response = yield request
            if response.status_code != HTTPStatus.UNAUTHORIZED:
                return
            asked = response.headers.get("www-authenticate", "").casefold()
            self._chosen = (httpx.DigestAuth if asked.startswith("digest") else httpx.BasicAuth)(*self._given)
        yield from self._chosen.auth_flow(request)


class _Token(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _login(parts: SplitResult) -> httpx.Auth | None:
    """Read the credentials for a store from the environment, or from the file that it names."""
    if token := os.environ.get(TOKEN):
        if not (token.isascii() and token.isprintable()):
            raise UsageError(f"The token in {TOKEN} has characters that none can have.")
        return _Token(token)
    if name := os.environ.get(USER):
        return _NameAndPassword(name, os.environ.get(PASSWORD, ""))
    if file := os.environ.get(CREDENTIALS):
        found = _from_file(file, parts.hostname or "")
        return None if found is None else _NameAndPassword(*found)
    return None


def _from_file(file: str, host: str) -> tuple[str, str] | None:
    try:
        found = netrc.netrc(file).authenticators(host)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The file {file}, which {CREDENTIALS} names, cannot be read.") from error
    except netrc.NetrcParseError as error:
        place = f"{file}:{error.lineno}"
        raise UsageError(f"{place}: write each host as 'machine HOST login NAME password PASSWORD'.") from error
    return None if found is None else (found[0], found[2] or "")
