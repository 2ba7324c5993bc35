"""What every worker needs, done once in the process that workers are started from: imported for its side effects."""

import docxtpl  # noqa: F401
import jinja2.sandbox  # noqa: F401
import lxml.etree  # noqa: F401
import python_calamine  # noqa: F401

import govdoc.checks.catalogue
import govdoc.pipeline
import govdoc.readers.bind_word
import govdoc.readers.word
import govdoc.readers.workbook
import govdoc.worker  # noqa: F401
from govdoc.layouts.schema import newest_layout
from govdoc.writers.word import load_template

load_template(newest_layout())
