"""Properties added to a PDF/A's metadata: a schema that readers of the file do not know must be described in the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

import pikepdf

from maillage.kernel.documents.typst import DocumentNotMadeError

_SCHEMAS_END = "</rdf:Bag></pdfaExtension:schemas>"
_END = "</rdf:RDF>"


@dataclass(frozen=True)
class Property:
    """A text property and its value in this file; `description` tells readers what it is."""

    name: str
    value: str
    description: str


@dataclass(frozen=True)
class MetadataSchema:
    """Properties of one XMP namespace (ISO 16684-1), described as ISO 19005-3, 6.6.2.3.3 asks."""

    name: str
    namespace: str
    prefix: str
    properties: tuple[Property, ...]


def declare_properties(pdf: bytes, schema: MetadataSchema) -> bytes:
    """The same PDF/A, its metadata holding the properties of `schema`. Raises DocumentNotMadeError."""
    with pikepdf.open(BytesIO(pdf)) as document:
        written = document.Root.Metadata.read_bytes().decode()
        if written.count(_SCHEMAS_END) != 1 or written.count(_END) != 1:
            raise DocumentNotMadeError("the metadata of the PDF are not as the compiler writes them")
        written = written.replace(_SCHEMAS_END, _description(schema) + _SCHEMAS_END)
        written = written.replace(_END, _values(schema) + _END)
        document.Root.Metadata.write(written.encode())
        made = BytesIO()
        document.save(made, deterministic_id=True, fix_metadata_version=False)
    return made.getvalue()


def _description(schema: MetadataSchema) -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{escape(one.description)}</pdfaProperty:description>"
        f"<pdfaProperty:name>{one.name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "</rdf:li>"
        for one in schema.properties
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{escape(schema.name)}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{escape(schema.namespace)}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{schema.prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


def _values(schema: MetadataSchema) -> str:
    values = "".join(
        f"<{schema.prefix}:{one.name}>{escape(one.value)}</{schema.prefix}:{one.name}>"
        for one in schema.properties
    )
    return f'<rdf:Description rdf:about="" xmlns:{schema.prefix}="{escape(schema.namespace)}">{values}</rdf:Description>'
