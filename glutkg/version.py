"""The version of glutkg; the package index and the wheel read it here, too."""

VERSION = "0.1.0"
