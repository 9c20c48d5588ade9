"""A real chromium on the real app: what people see and do."""
