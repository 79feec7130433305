"""From a raw folder to a curated one.

planning  what is to be done, and why               state    what is known of a bucket beforehand
bucket    one bucket from its old state to the new  engine   the work spread over the machine, and its end
jobs      a bucket and what is to be done with it
batch     a part of a run that can be retried       cluster  the same work on Dask

It knows how to read (`readers`), where to write (`storage`) and who works (`processes`); nothing of what a page holds.
"""
