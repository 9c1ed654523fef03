"""What is declared in a PDF that carries an electronic invoice (Factur-X 1.0, chapter on XMP metadata)."""

FILE_NAME = "factur-x.xml"
RELATIONSHIP = "alternative"
"""The XML says the same as the page: for the profiles from BASIC on, it is an alternative to it."""

XMP_NAME = "Factur-X PDFA Extension Schema"
XMP_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
XMP_PREFIX = "fx"
XMP_PROPERTIES = (
    ("DocumentFileName", FILE_NAME, "The name of the embedded XML document"),
    ("DocumentType", "INVOICE", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    ("Version", "1.0", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", "EN 16931", "The conformance level of the embedded XML document"),
)
"""Name, value, description."""
