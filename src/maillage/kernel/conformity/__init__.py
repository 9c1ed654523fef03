"""XML checked by XSD and Schematron, outside the process that serves pages."""
