"""Signed nanopublications: nanopub-sign adds a signature with a private RSA key, and names them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutkg.errors import MissingPartError, SourceError
from glutkg.resources import decoded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def signer(key: Path) -> Callable[[str], str]:
    """Return what signs a nanopublication in TriG with a private key in PEM.

    Raises SourceError for what is no such key, MissingPartError without nanopub-sign. The key is shown nowhere.
    """
    try:
        import nanopub_sign
    except ImportError as error:
        raise MissingPartError("Signing needs nanopub-sign. Install it with: pip install 'glutkg[nanopub]'") from error
    lines = [line.strip() for line in decoded(key).splitlines() if not line.startswith("-----")]
    try:
        profile = nanopub_sign.NpProfile(private_key="".join(lines), name="glutkg")
    except Exception:  # it has no error of its own
        raise SourceError("this is no private RSA key in PEM (PKCS 8). Name a file that holds one.", key) from None

    def signed(text: str) -> str:
        rdf: str = nanopub_sign.Nanopub(text).sign(profile).rdf()
        return rdf

    return signed
