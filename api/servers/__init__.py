"""What `redress up` runs: PostgreSQL and Valkey out of their wheels, and the processes beside them."""
