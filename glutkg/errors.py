"""What can go wrong, each with where it went wrong and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INTERRUPTED = 130
"""The exit code of a command that its user stopped, as of a shell."""


class GlutkgError(ValueError):
    """Base of every error that glutkg raises on purpose; its text is a whole sentence for the user.

    >>> raise UsageError("There is no question 'x'. 'glutkg questions' lists them all.")
    Traceback (most recent call last):
    ...
    glutkg.errors.UsageError: There is no question 'x'. 'glutkg questions' lists them all.
    """

    exit_code = 1


class UsageError(GlutkgError):
    """The call was wrong: an unknown name, a value of the wrong kind, an output that cannot be written."""

    exit_code = 2


class NotFoundError(UsageError):
    """A name that the graph does not know, which it carries with the nearest names that are known."""

    def __init__(self, message: str, suggestions: tuple[str, ...] = (), name: str = "") -> None:
        self.suggestions = suggestions
        self.name = name
        hint = f" Did you mean {_either(suggestions)}?" if suggestions else ""
        super().__init__(message + hint)


class QueryError(UsageError):
    """A SPARQL query that cannot be parsed or is refused; the text names the place or the reason."""


class LimitError(GlutkgError):
    """A query or a step was stopped at a limit of time, memory or size."""


class EndpointError(GlutkgError):
    """A store elsewhere does not answer, refuses access, or fails."""


class WrongAddressError(EndpointError):
    """What answers at an address is no SPARQL endpoint."""


class SourceError(GlutkgError):
    """A data file cannot be read; carries the file and, where known, the line."""

    def __init__(self, message: str, path: Path, line: int | None = None) -> None:
        self.path = path
        self.line = line
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {message}")


class RuleError(GlutkgError):
    """A rule or an axiom that the rule engine cannot run; carries the triple of the axiom, or the file of the rule."""

    def __init__(
        self, message: str, axiom: tuple[str, str, str] | None = None, path: Path | None = None, line: int | None = None
    ) -> None:
        self.axiom, self.path, self.line = axiom, path, line
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}" if path else message)


class AxiomError(RuleError):
    """An axiom that rules cannot be compiled from; carries its triple, and the message without its place."""

    def __init__(self, message: str, axiom: tuple[str, str, str], place: str = "") -> None:
        self.message, self.triple = message, axiom
        super().__init__(f"{place}: {message}" if place else message, axiom)


class CacheError(GlutkgError):
    """The folder of cached graphs cannot be used."""


class CacheWarning(UserWarning):
    """The cache folder cannot be used, and the work goes on without it."""


class MissingPartError(GlutkgError):
    """An optional part of the installation is not there; the text says how to install it."""


class ReasonerError(GlutkgError):
    """Base of what can go wrong in the OWL reasoner."""


class JavaMissingError(MissingPartError, ReasonerError):
    """HermiT needs Java, and none was found."""


class InconsistentOntologyError(ReasonerError):
    """The ontology with its facts has no model."""


class ReasonerTimeoutError(ReasonerError, LimitError):
    """HermiT did not finish within its time limit."""


class NotMinimisedError(ReasonerTimeoutError):
    """Something follows, but no smallest set of axioms was found for it within the time limit."""


def _either(names: tuple[str, ...]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" or {quoted[-1]}"
