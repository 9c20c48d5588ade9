"""What is stored: SQLAlchemy Core tables, one file per area, read by Alembic and used to compose filters."""
