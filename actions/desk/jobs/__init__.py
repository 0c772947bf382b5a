"""The desk's jobs, one file each: which orders and things are meant, and what change that comes to."""
