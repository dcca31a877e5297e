"""Files of people as rows of text: CSV, TSV, Excel's .xlsx and JSON."""
