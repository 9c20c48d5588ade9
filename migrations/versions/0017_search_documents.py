"""search: the words of each ticket, in English and German, and searches people keep."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

BACKFILL_BATCH = 2_000

_LANGUAGES = """
create extension if not exists btree_gin;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Both languages drop the stop words of both, so that neither indexes the other's.
create text search dictionary english_stop (template = pg_catalog.simple, stopwords = english, accept = false);
create text search dictionary german_stop (template = pg_catalog.simple, stopwords = german, accept = false);
create text search configuration redress_english (copy = pg_catalog.english);
alter text search configuration redress_english
    alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part
    with english_stop, german_stop, unaccent, english_stem;
create text search configuration redress_german (copy = pg_catalog.german);
alter text search configuration redress_german
    alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part
    with english_stop, german_stop, german_stem;
"""
_FUNCTIONS = (
    """
    create function search_document(body text) returns tsvector language sql immutable parallel safe as
    $$ select to_tsvector('redress_english', body) || to_tsvector('redress_german', body) $$
    """,
    """
    create function search_query(words text) returns tsquery language sql immutable parallel safe as $$
        select case when websearch_to_tsquery('redress_english', words) = websearch_to_tsquery('redress_german', words)
                    then websearch_to_tsquery('redress_english', words)
                    else websearch_to_tsquery('redress_english', words) || websearch_to_tsquery('redress_german', words) end
    $$
    """,
    """
    create function search_headline(body text, query tsquery, options text) returns text
    language sql immutable parallel safe as $$
        select case when to_tsvector('redress_english', body) @@ query then ts_headline('redress_english', body, query, options)
                    else ts_headline('redress_german', body, query, options) end
    $$
    """,
)


def upgrade() -> None:
    for statement in _LANGUAGES.split(";"):
        if statement.strip():
            op.execute(statement)
    for statement in _FUNCTIONS:
        op.execute(statement)
    op.create_table(
        "ticket_documents",
        sa.Column("ticket_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("block", sa.Integer, sa.Computed("ticket_id / 65536", persisted=True), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("document", postgresql.TSVECTOR, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="fk_ticket_documents_ticket_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_ticket_documents"),
    )
    _backfill()
    op.create_index("ix_ticket_documents_words", "ticket_documents", ["block", "document"], postgresql_using="gin")
    op.create_index(
        "ix_ticket_documents_title",
        "ticket_documents",
        ["block", "title"],
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("q", sa.Text, nullable=False),
        sa.Column("is_shared", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_saved_searches_owner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
        sa.UniqueConstraint("owner_id", "name", name="uq_saved_searches_owner_id_name"),
    )
    op.create_index("ix_saved_searches_shared", "saved_searches", ["name", "id"], postgresql_where=sa.text("is_shared"))


def _backfill() -> None:
    """The words of the tickets that are there, in batches that fit the statement timeout."""
    conn = op.get_bind()
    last = 0
    while True:
        found = conn.execute(_BACKFILL, {"last": last, "batch": BACKFILL_BATCH}).scalar()
        if found is None:
            return
        last = found


_BACKFILL = sa.text(
    """
    with batch as (select id from tickets where id > :last order by id limit :batch),
    written as (
        insert into ticket_documents (ticket_id, title, document)
        select t.id, t.number || ' ' || t.subject,
               setweight(search_document(t.subject), 'A')
               || setweight(search_document(left(t.description, 20000)), 'B')
               || setweight(search_document(coalesce(said.publicly, '')), 'C')
               || setweight(search_document(coalesce(said.internally, '')), 'D')
        from batch join tickets t on t.id = batch.id
        left join lateral (
            select string_agg(c.body, E'\\n' order by c.id) filter (where not c.is_internal) as publicly,
                   string_agg(c.body, E'\\n' order by c.id) filter (where c.is_internal) as internally
            from (select b.id, b.is_internal, left(b.body, 20000) as body,
                         sum(length(left(b.body, 20000))) over (order by b.id desc) as so_far
                  from comments b where b.ticket_id = t.id) c
            where c.so_far <= 30000
        ) said on true
    )
    select max(id) from batch
    """
)


def downgrade() -> None:
    op.drop_table("saved_searches")
    op.drop_table("ticket_documents")
    op.execute("drop function search_headline(text, tsquery, text)")
    op.execute("drop function search_query(text)")
    op.execute("drop function search_document(text)")
    op.execute("drop text search configuration redress_german")
    op.execute("drop text search configuration redress_english")
    op.execute("drop text search dictionary german_stop")
    op.execute("drop text search dictionary english_stop")
