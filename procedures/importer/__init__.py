"""The importer of the catalogue: read strictly, check everything, convert, then write all or nothing."""

from procedures.importer.load import Report, load
from procedures.importer.reading import BadFile, read_file

__all__ = ["BadFile", "Report", "load", "read_file"]
