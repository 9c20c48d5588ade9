-- Temp table touched: one row per ticket whose clocks may stand differently: it has events after batch %(after)s, or time
-- alone breached one of its clocks by %(as_of)s. `part` numbers slices of %(size)s tickets, from 0.
-- Indexes: ix_events_batch, ix_sla_spans_due.
create temp table touched on commit drop as
select ticket_id, (row_number() over (order by ticket_id) - 1) / %(size)s as part
from (select ticket_id from raw.events where _batch > %(after)s and ticket_id is not null
      union
      select ticket_id from raw.sla_spans
      where met_at is null and breached_at is null and due_at is not null and due_at < %(as_of)s) t
