"""A page of the dashboards as a PDF that stands alone: drawn once more with nobody looking, set by Typst."""
